-- What people change about who is on call: leave and requests for cover. Owned by tocsin.oncall.

CREATE TABLE leave (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES app_user (id),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    reason text NOT NULL,
    source text NOT NULL,
    entered_by text NOT NULL,
    entered_at timestamptz NOT NULL,
    CHECK (starts_at < ends_at)
);
COMMENT ON COLUMN leave.source IS 'person, or calendar:<name> for what an imported calendar says.';
CREATE INDEX leave_end ON leave (ends_at);
CREATE INDEX leave_user ON leave (user_id);

CREATE TABLE cover_request (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule_id bigint NOT NULL REFERENCES schedule (id) ON DELETE CASCADE,
    user_id bigint NOT NULL REFERENCES app_user (id),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    reason text NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'covered', 'withdrawn', 'begun')),
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    covered_by_id bigint REFERENCES app_user (id),
    ended_at timestamptz,
    CHECK (starts_at < ends_at),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK ((state = 'covered') = (covered_by_id IS NOT NULL))
);
COMMENT ON COLUMN cover_request.state IS 'begun: nobody had taken it when the shift began.';
CREATE INDEX cover_request_schedule ON cover_request (schedule_id);
CREATE INDEX cover_request_user ON cover_request (user_id);
CREATE INDEX cover_request_covered_by ON cover_request (covered_by_id);
