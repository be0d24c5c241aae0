-- Escalation: policies by version, runs of the ladder, and whom each rung called. Owned by tocsin.paging.

CREATE TABLE escalation_policy (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    definition jsonb NOT NULL,
    managed_by text,
    created_at timestamptz NOT NULL,
    replaced_at timestamptz
);
COMMENT ON TABLE escalation_policy IS
    'One row a version, its definition never changed: a run climbs the ladder as it was when the run began.';
CREATE UNIQUE INDEX escalation_policy_current ON escalation_policy (name) WHERE replaced_at IS NULL;

CREATE TABLE escalation_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident (id),
    policy_version_id bigint REFERENCES escalation_policy (id),
    variant integer,
    state text NOT NULL CHECK (state IN ('running', 'acknowledged', 'told', 'exhausted', 'stopped')),
    urgency text NOT NULL CHECK (urgency IN ('high', 'low')),
    round integer NOT NULL,
    step integer NOT NULL,
    armed integer NOT NULL,
    next_at timestamptz,
    snoozed_until timestamptz,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    reason text NOT NULL,
    chosen text NOT NULL,
    CHECK ((state = 'running') = (next_at IS NOT NULL))
);
COMMENT ON COLUMN escalation_run.variant IS 'Which of the policy''s variants it climbs by, from 0; null: the policy as it is.';
COMMENT ON COLUMN escalation_run.chosen IS 'Why that variant, or why it is held; empty: nothing is out of the ordinary.';
COMMENT ON COLUMN escalation_run.step IS 'From 0; -3: held, and begins at next_at.';
COMMENT ON COLUMN escalation_run.armed IS 'How many timers it has set; a timer that carries an older count does nothing.';
COMMENT ON COLUMN escalation_run.snoozed_until IS 'Quiet until then by the wish of whoever has it; null: no snooze.';
CREATE UNIQUE INDEX escalation_run_one_runs ON escalation_run (incident_id) WHERE state = 'running';
CREATE INDEX escalation_run_incident ON escalation_run (incident_id, id);

CREATE TABLE page (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id bigint NOT NULL REFERENCES escalation_run (id),
    incident_id bigint NOT NULL REFERENCES incident (id),
    user_id bigint REFERENCES app_user (id),
    user_name text NOT NULL,
    round integer NOT NULL,
    step integer NOT NULL,
    target text NOT NULL,
    reason text NOT NULL,
    urgency text NOT NULL CHECK (urgency IN ('high', 'low')),
    state text NOT NULL CHECK (state IN ('open', 'acknowledged', 'declined', 'unreached', 'ended')),
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    actionable boolean
);
COMMENT ON COLUMN page.step IS 'From 0; -1: named by a person before the ladder; -2: asked to help beside it.';
COMMENT ON COLUMN page.user_id IS 'Null for somebody outside: a vendor, or a webhook that a step names.';
COMMENT ON COLUMN page.actionable IS 'Whether there was something to do, as a person has said (ALR-9); null: nobody said.';
COMMENT ON COLUMN page.target IS 'What the rung named, such as schedule:payments-primary.';
CREATE INDEX page_incident ON page (incident_id, id);
CREATE INDEX page_turn ON page (target, id) WHERE target LIKE 'round-robin:%';
CREATE INDEX page_user ON page (user_id, created_at);

CREATE TABLE maintenance_hold (
    incident_id bigint PRIMARY KEY REFERENCES incident (id),
    held_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    reason text NOT NULL
);
COMMENT ON TABLE maintenance_hold IS
    'Incidents whose services are all in maintenance: nobody is called until then; what is still wrong then is paged.';
