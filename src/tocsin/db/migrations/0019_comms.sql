-- How messages are worded, what was said about incidents, and when the next word is due. Owned by tocsin.comms.

CREATE TABLE message_template (
    kind text PRIMARY KEY,
    subject text NOT NULL,
    body text NOT NULL,
    edited_by text NOT NULL,
    edited_at timestamptz NOT NULL
);
COMMENT ON TABLE message_template IS 'Wordings of one''s own; an occasion without a row is worded as it ships (COM-1).';

CREATE TABLE incident_update (
    incident_id bigint NOT NULL REFERENCES incident (id),
    n integer NOT NULL,
    at timestamptz NOT NULL,
    by text NOT NULL,
    text text NOT NULL,
    done text[] NOT NULL,
    under_way text[] NOT NULL,
    planned text[] NOT NULL,
    root_cause text,
    eta timestamptz,
    next_update_at timestamptz,
    status text NOT NULL,
    severity text,
    commander text,
    audience text[] NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (incident_id, n)
);
COMMENT ON COLUMN incident_update.body IS 'As it was sent: a template that changes later changes nothing that was said.';

CREATE TABLE incident_cadence (
    incident_id bigint PRIMARY KEY REFERENCES incident (id),
    since timestamptz NOT NULL,
    due_at timestamptz,
    told_at timestamptz NOT NULL,
    overdue integer NOT NULL
);
COMMENT ON TABLE incident_cadence IS 'When the next update of an incident is due (COM-2); no row: nobody has acknowledged it.';
COMMENT ON COLUMN incident_cadence.due_at IS 'Null when the incident is over.';
COMMENT ON COLUMN incident_cadence.told_at IS 'What was due until then was seen to, so that nobody is reminded twice.';
