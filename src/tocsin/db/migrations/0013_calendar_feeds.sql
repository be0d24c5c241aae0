-- iCalendar feeds of schedules and people. Owned by tocsin.oncall.

CREATE TABLE calendar_feed (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE,
    owner_id bigint NOT NULL REFERENCES app_user (id),
    schedule_id bigint REFERENCES schedule (id) ON DELETE CASCADE,
    person_id bigint REFERENCES app_user (id),
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    CHECK ((schedule_id IS NULL) <> (person_id IS NULL))
);
COMMENT ON TABLE calendar_feed IS 'A secret address that somebody made to read one schedule or one person''s shifts in a calendar. Only the SHA-256 of its token is kept (SEC-3); a revoked one is gone.';
CREATE UNIQUE INDEX calendar_feed_of_schedule ON calendar_feed (owner_id, schedule_id) WHERE person_id IS NULL;
CREATE UNIQUE INDEX calendar_feed_of_person ON calendar_feed (owner_id, person_id) WHERE schedule_id IS NULL;
CREATE INDEX calendar_feed_schedule ON calendar_feed (schedule_id) WHERE schedule_id IS NOT NULL;
CREATE INDEX calendar_feed_person ON calendar_feed (person_id) WHERE person_id IS NOT NULL;

CREATE TABLE calendar_entry (
    uid uuid PRIMARY KEY,
    schedule_id bigint NOT NULL REFERENCES schedule (id) ON DELETE CASCADE,
    ends_at timestamptz NOT NULL,
    sequence integer NOT NULL,
    changed_at timestamptz NOT NULL
);
COMMENT ON TABLE calendar_entry IS 'When feeds last said a shift to end, so that its SEQUENCE and LAST-MODIFIED rise when it changes and only then (RFC 5545).';
CREATE INDEX calendar_entry_schedule ON calendar_entry (schedule_id, ends_at);
