-- Whether people are ready before their shift: access probes of teams, and who was told what. Owned by tocsin.insights.

CREATE TABLE access_probe (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    team text NOT NULL REFERENCES team (name) ON DELETE CASCADE,
    name text NOT NULL,
    url text,
    command text[] NOT NULL,
    checked_at timestamptz,
    is_ok boolean,
    detail text NOT NULL,
    UNIQUE (team, name),
    CHECK ((url IS NULL) = (cardinality(command) > 0))
);
COMMENT ON COLUMN access_probe.command IS 'Program and arguments, run without a shell, and only where TOCSIN_ALLOW_COMMANDS says so.';
COMMENT ON COLUMN access_probe.is_ok IS 'Of the last try; null while checked_at is set: it is not run here.';

CREATE TABLE shift_notice (
    schedule_id bigint NOT NULL REFERENCES schedule (id) ON DELETE CASCADE,
    user_name text NOT NULL,
    starts_at timestamptz NOT NULL,
    reminded_at timestamptz,
    looked_at timestamptz,
    PRIMARY KEY (schedule_id, user_name, starts_at)
);
COMMENT ON TABLE shift_notice IS 'What a person was told before a shift: the reminder, and the second look shortly before.';
