-- The organisation, its services and who owns them. Owned by tocsin.catalog.

CREATE TABLE organisation (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    name text NOT NULL,
    time_zone text NOT NULL,
    severity_profile text NOT NULL,
    business_hours jsonb,
    oncall_limits jsonb NOT NULL DEFAULT '{}',
    incident_channel text,
    announce_channel text,
    war_room text,
    announce jsonb NOT NULL DEFAULT '[]',
    prometheus text,
    on_call jsonb NOT NULL,
    compensation jsonb,
    slo_policy jsonb NOT NULL DEFAULT '{}',
    monthly_report text[] NOT NULL,
    managed_by text
);
COMMENT ON COLUMN organisation.managed_by IS 'The configuration file that owns the row; read-only elsewhere (OPS-2).';
COMMENT ON COLUMN organisation.compensation IS 'What being on call is worth; null: nothing is reckoned.';
COMMENT ON COLUMN organisation.monthly_report IS 'Users by name who get the report of each month.';
COMMENT ON COLUMN organisation.slo_policy IS 'Which levels are downtime, and what follows when a budget is used up; empty: as usual.';
COMMENT ON COLUMN organisation.announce IS 'Where declarations, changes of level and all-clears are posted; but for e-mail the addresses are sealed with a key outside the database (SEC-3).';
COMMENT ON COLUMN organisation.on_call IS 'What of the terms of being on call differs from the usual ones.';
INSERT INTO organisation (name, time_zone, severity_profile, on_call, monthly_report) VALUES ('Organisation', 'UTC', 'sre', '{}', '{}');

CREATE TABLE service (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    team text REFERENCES team (name),
    escalation_policy text,
    tier integer,
    depends_on text[] NOT NULL,
    experts text[] NOT NULL,
    checks jsonb NOT NULL,
    slo jsonb,
    more jsonb NOT NULL,
    managed_by text,
    scope_id bigint NOT NULL REFERENCES scope (id)
);
COMMENT ON COLUMN service.escalation_policy IS 'By name: policies belong to a part above this one.';
COMMENT ON COLUMN service.slo IS 'What it promises (MET-5); null: nothing.';
COMMENT ON COLUMN service.more IS 'What the configuration says for parts that read it later: runbooks.';
COMMENT ON COLUMN service.checks IS 'What shows that it works again (RES-1); secrets are names of variables in a worker''s environment.';
CREATE INDEX service_team ON service (team);
COMMENT ON COLUMN service.experts IS 'Users by name, called by expert:NAME.';

CREATE TABLE people_group (
    name text PRIMARY KEY,
    members text[] NOT NULL,
    managed_by text
);
COMMENT ON COLUMN people_group.members IS 'Users by name: they are disabled, never removed.';

CREATE TABLE vendor (
    name text PRIMARY KEY,
    email text,
    phone text,
    contract text,
    ticket text,
    hours text,
    managed_by text
);

CREATE TABLE chat (
    name text PRIMARY KEY,
    kind text NOT NULL,
    address text NOT NULL,
    managed_by text
);
COMMENT ON TABLE chat IS 'Rooms that a step posts to, as chat:NAME.';
COMMENT ON COLUMN chat.kind IS 'That of a channel: slack, matrix, …';
COMMENT ON COLUMN chat.address IS 'Sealed (SEC-3): whoever knows it can post.';

CREATE TABLE severity_profile (
    name text PRIMARY KEY,
    based_on text NOT NULL,
    levels jsonb NOT NULL,
    currency text,
    mttr_from text,
    postmortem_completion integer,
    reassess_every interval,
    managed_by text
);
COMMENT ON TABLE severity_profile IS 'Profiles that an organisation wrote itself; those that ship with the product are code.';
COMMENT ON COLUMN severity_profile.levels IS 'What each level says, the worst first; the rest is that of the preset.';
COMMENT ON COLUMN severity_profile.currency IS 'Of this and the three that follow, null: as in the preset.';
