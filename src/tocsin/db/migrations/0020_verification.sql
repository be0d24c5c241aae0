-- Checks of incidents and the wish to resolve one. Owned by tocsin.verification.

CREATE TABLE check_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident (id),
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    ended_at timestamptz
);
COMMENT ON COLUMN check_run.ended_at IS 'Null: it is under way, or waits for a worker.';
CREATE INDEX check_run_incident ON check_run (incident_id, id);

CREATE TABLE check_result (
    incident_id bigint NOT NULL REFERENCES incident (id),
    service text NOT NULL,
    name text NOT NULL,
    run_id bigint REFERENCES check_run (id),
    is_good boolean NOT NULL,
    detail text NOT NULL,
    at timestamptz NOT NULL,
    ticked_by text,
    PRIMARY KEY (incident_id, service, name)
);
COMMENT ON TABLE check_result IS 'The last result of each check of an incident, gone when it relapses: what was healthy then says nothing now.';
COMMENT ON COLUMN check_result.service IS 'Empty: the check is the incident''s own.';
COMMENT ON COLUMN check_result.run_id IS 'The run that found it; null: a person ticked it.';

CREATE TABLE incident_check (
    incident_id bigint NOT NULL REFERENCES incident (id),
    name text NOT NULL,
    "check" jsonb NOT NULL,
    added_by text NOT NULL,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (incident_id, name)
);
COMMENT ON TABLE incident_check IS 'Checks that people have added to one incident, beside those of its services. What it asks is catalog.checks.Check.';

CREATE TABLE resolution_attempt (
    incident_id bigint PRIMARY KEY REFERENCES incident (id),
    stage text NOT NULL CHECK (stage IN ('checking', 'waiting', 'done', 'refused', 'called-off')),
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    reason text NOT NULL,
    resolution text,
    root_cause text,
    ends_at timestamptz,
    detail text NOT NULL
);
COMMENT ON TABLE resolution_attempt IS 'The latest wish to resolve an incident, and how it stands.';
COMMENT ON COLUMN resolution_attempt.ends_at IS 'While it waits: the end of the stability window.';

CREATE TABLE postmortem_meeting (
    incident_id bigint PRIMARY KEY REFERENCES incident (id),
    sequence integer NOT NULL,
    starts_at timestamptz NOT NULL,
    is_cancelled boolean NOT NULL,
    invited bigint[] NOT NULL
);
COMMENT ON TABLE postmortem_meeting IS 'The appointment that was sent out for an incident''s postmortem (RES-3), at most one.';
COMMENT ON COLUMN postmortem_meeting.sequence IS 'Counts what was sent about it, from 0: calendars follow the highest.';
COMMENT ON COLUMN postmortem_meeting.invited IS 'Users by id.';
