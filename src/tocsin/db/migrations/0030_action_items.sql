-- What is to change after an incident (PMT-6). Owned by tocsin.postmortems.

CREATE TABLE action_item (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident (id),
    n integer NOT NULL,
    text text NOT NULL,
    category text NOT NULL CHECK (category IN ('prevent', 'detect', 'respond', 'process')),
    priority text NOT NULL CHECK (priority IN ('high', 'medium', 'low')),
    owner text,
    due_on date NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'under-way', 'done', 'dropped')),
    "check" jsonb,
    check_detail text NOT NULL,
    check_asked_by text,
    task_n integer,
    recurred_in integer[] NOT NULL,
    added_by text NOT NULL,
    added_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    done_at timestamptz,
    UNIQUE (incident_id, n),
    UNIQUE (incident_id, task_n),
    CHECK ((state = 'done') = (done_at IS NOT NULL))
);
COMMENT ON COLUMN action_item.n IS 'Counted within the incident, from 1; given out under the incident''s lock.';
COMMENT ON COLUMN action_item.owner IS 'A person''s name; null: nobody has taken it yet.';
COMMENT ON COLUMN action_item.due_on IS 'A day of the organisation''s time zone.';
COMMENT ON COLUMN action_item."check" IS 'What has to pass before it is done; what it asks is catalog.checks.Check.';
COMMENT ON COLUMN action_item.check_asked_by IS 'Who wants it done and waits for the check; null: nobody.';
COMMENT ON COLUMN action_item.task_n IS 'The follow-up task of the incident that it was made of.';
COMMENT ON COLUMN action_item.recurred_in IS 'Numbers of incidents that it was to prevent: each opened it again, once.';
CREATE INDEX action_item_open ON action_item (due_on, id) WHERE state IN ('open', 'under-way');
