-- The tasks of an incident (WAR-5). Owned by tocsin.incidents.

CREATE TABLE incident_task (
    incident_id bigint NOT NULL REFERENCES incident (id),
    n integer NOT NULL,
    text text NOT NULL,
    owner text,
    state text NOT NULL CHECK (state IN ('planned', 'under-way', 'done', 'blocked')),
    added_by text NOT NULL,
    added_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (incident_id, n)
);
COMMENT ON COLUMN incident_task.n IS 'Counted within the incident, from 1; given out under the incident''s lock.';
COMMENT ON COLUMN incident_task.owner IS 'A person''s name; null: nobody has taken it yet.';
