-- Incidents, the services they are about, their numbers. Owned by tocsin.incidents.

CREATE SEQUENCE incident_number AS integer;
COMMENT ON SEQUENCE incident_number IS 'INC-n. A declaration that is rolled back leaves a gap; gaps are allowed.';

CREATE TABLE incident (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    number integer NOT NULL UNIQUE,
    title text NOT NULL,
    status text NOT NULL CHECK (
        status IN ('triggered', 'acknowledged', 'investigating', 'identified', 'monitoring', 'resolved', 'closed')
    ),
    severity text,
    urgency text NOT NULL CHECK (urgency IN ('high', 'low')),
    source text NOT NULL,
    reason text NOT NULL,
    declared_by text NOT NULL,
    policy text,
    alert_group_id bigint REFERENCES alert_group (id),
    alerts integer NOT NULL,
    scope_id bigint NOT NULL REFERENCES scope (id),
    is_private boolean NOT NULL,
    is_drill boolean NOT NULL,
    started_at timestamptz,
    detected_at timestamptz NOT NULL,
    declared_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by text,
    identified_at timestamptz,
    mitigated_at timestamptz,
    resolved_at timestamptz,
    closed_at timestamptz,
    summary text,
    resolution text,
    root_cause text,
    impact text,
    users_affected text,
    team_size text CHECK (team_size IN ('solo', 'small', 'large')),
    conference_url text,
    eta timestamptz,
    eta_set_at timestamptz,
    cause_category text,
    has_sync boolean NOT NULL,
    merged_into bigint REFERENCES incident (id),
    postmortem_published_at timestamptz
);
COMMENT ON COLUMN incident.team_size IS 'How many work on it (ROL-1); null: the severity says so.';
COMMENT ON COLUMN incident.conference_url IS 'Where people speak, as somebody set it; null: by the pattern of the organisation (WAR-4).';
COMMENT ON COLUMN incident.merged_into IS 'The incident in which the work goes on, and which the alerts of this one join meanwhile (LIF-6).';
CREATE INDEX incident_merged_into ON incident (merged_into) WHERE merged_into IS NOT NULL;
COMMENT ON COLUMN incident.eta IS 'When it should be over; null with eta_set_at: somebody has said that it is unknown (LIF-10).';
COMMENT ON COLUMN incident.postmortem_published_at IS 'When it was first published, so that its level lets it be closed (PMT-8).';
COMMENT ON COLUMN incident.cause_category IS 'Of the list that postmortem templates are written for (LIF-11).';
COMMENT ON COLUMN incident.users_affected IS 'As it was written, a share or a number: 35% or 1200.';
COMMENT ON COLUMN incident.severity IS 'A level of the severity profile that was active; null: nobody has classified it (CLS-4).';
COMMENT ON COLUMN incident.reason IS 'The sentence that says why this became an incident.';
COMMENT ON COLUMN incident.policy IS 'The escalation policy that calls people, by name; null: none is known and administrators are told.';
COMMENT ON COLUMN incident.alerts IS 'How many alerts its group has had, the swallowed ones included (ALR-6).';
CREATE INDEX incident_alert_group ON incident (alert_group_id, id) WHERE alert_group_id IS NOT NULL;
CREATE INDEX incident_detected ON incident (detected_at);
CREATE INDEX incident_open ON incident (number)
    WHERE status IN ('triggered', 'acknowledged', 'investigating', 'identified', 'monitoring');

CREATE TABLE incident_service (
    incident_id bigint NOT NULL REFERENCES incident (id),
    service text NOT NULL,
    PRIMARY KEY (incident_id, service)
);
COMMENT ON COLUMN incident_service.service IS 'By name and not by key: the incident keeps it when the service is gone.';
CREATE INDEX incident_service_service ON incident_service (service, incident_id);

CREATE TABLE incident_onlooker (
    incident_id bigint NOT NULL REFERENCES incident (id),
    user_name text NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (incident_id, user_name)
);
COMMENT ON TABLE incident_onlooker IS 'Who has which room open (WAR-1). A row lives for seconds; nothing refers to one.';

CREATE TABLE incident_role (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident (id),
    role text NOT NULL CHECK (
        role IN ('commander', 'tech-lead', 'operations-lead', 'communications-lead', 'scribe', 'expert', 'responder')
    ),
    user_id bigint NOT NULL REFERENCES app_user (id),
    state text NOT NULL CHECK (state IN ('holds', 'available', 'released')),
    since timestamptz NOT NULL,
    until timestamptz,
    CHECK ((state = 'holds') = (until IS NULL))
);
COMMENT ON TABLE incident_role IS 'Who does what in an incident, and did (ROL-1).';
COMMENT ON COLUMN incident_role.state IS 'available: has handed the role on and can still be asked (ROL-3).';
CREATE UNIQUE INDEX incident_role_person ON incident_role (incident_id, role, user_id) WHERE state = 'holds';
CREATE UNIQUE INDEX incident_role_holder ON incident_role (incident_id, role)
    WHERE state = 'holds' AND role NOT IN ('expert', 'responder');
CREATE INDEX incident_role_user ON incident_role (user_id);

CREATE TABLE incident_facts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident (id),
    at timestamptz NOT NULL,
    by text NOT NULL,
    facts jsonb NOT NULL,
    suggested text,
    criteria text[] NOT NULL,
    kept text,
    kept_at timestamptz,
    kept_by text,
    reason text
);
COMMENT ON TABLE incident_facts IS 'Each time that something became known of the impact, and the level that people kept for it (CLS-3).';
COMMENT ON COLUMN incident_facts.facts IS 'All that was known then, by fact, as it was written.';
COMMENT ON COLUMN incident_facts.suggested IS 'The level that the facts assess to; null: the profile grades none of them.';
COMMENT ON COLUMN incident_facts.kept IS 'The level that the incident has had since; null: nobody has answered the suggestion yet.';
CREATE INDEX incident_facts_incident ON incident_facts (incident_id, id);
CREATE INDEX incident_facts_at ON incident_facts (at) WHERE suggested IS NOT NULL;

CREATE TABLE incident_handoff (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident (id),
    role text NOT NULL,
    giver_id bigint NOT NULL REFERENCES app_user (id),
    taker_id bigint NOT NULL REFERENCES app_user (id),
    brief text NOT NULL,
    state text NOT NULL CHECK (state IN ('offered', 'accepted', 'declined', 'withdrawn')),
    offered_at timestamptz NOT NULL,
    ended_at timestamptz,
    CHECK ((state = 'offered') = (ended_at IS NULL))
);
COMMENT ON TABLE incident_handoff IS 'Offers to hand a role on, with their briefs (ROL-3).';
CREATE UNIQUE INDEX incident_handoff_open ON incident_handoff (incident_id, role, giver_id) WHERE state = 'offered';
CREATE INDEX incident_handoff_giver ON incident_handoff (giver_id);
CREATE INDEX incident_handoff_taker ON incident_handoff (taker_id);

CREATE TABLE incident_link (
    incident_id bigint NOT NULL REFERENCES incident (id),
    other_id bigint NOT NULL REFERENCES incident (id),
    kind text NOT NULL CHECK (kind IN ('related', 'cause')),
    by text NOT NULL,
    at timestamptz NOT NULL,
    PRIMARY KEY (incident_id, other_id),
    CHECK (incident_id <> other_id)
);
COMMENT ON COLUMN incident_link.kind IS 'What the other incident is to this one.';
CREATE INDEX incident_link_other ON incident_link (other_id);
