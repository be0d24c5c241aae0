-- Digests of who is on call now and next. Owned by tocsin.insights.

CREATE TABLE digest (
    name text PRIMARY KEY,
    schedules text[] NOT NULL,
    at time NOT NULL,
    weekday integer CHECK (weekday BETWEEN 0 AND 6),
    time_zone text NOT NULL,
    team text,
    webhook text,
    managed_by text,
    since timestamptz NOT NULL,
    sent_at timestamptz
);
COMMENT ON COLUMN digest.schedules IS 'By name; empty: those of the team.';
COMMENT ON COLUMN digest.weekday IS '0 is Monday; null: every day.';
COMMENT ON COLUMN digest.webhook IS 'Sealed with a key outside the database (SEC-3).';
COMMENT ON COLUMN digest.since IS 'When it was written: what fell due before is not sent.';
