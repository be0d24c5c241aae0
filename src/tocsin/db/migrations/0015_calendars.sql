-- Calendars of elsewhere, read as layers of schedules or as leave. Owned by tocsin.oncall.

CREATE TABLE calendar (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    url text NOT NULL,
    url_digest text NOT NULL,
    leave boolean NOT NULL,
    time_zone text,
    people jsonb NOT NULL,
    managed_by text,
    etag text,
    body bytea,
    fetched_at timestamptz,
    read_at timestamptz,
    failing_since timestamptz,
    failure text NOT NULL,
    told_at timestamptz,
    unread jsonb NOT NULL,
    unread_count integer NOT NULL
);
COMMENT ON COLUMN calendar.url IS 'May be a secret: sealed with a key outside the database, shown by its host only (SEC-3).';
COMMENT ON COLUMN calendar.url_digest IS 'Keyed: tells whether another address is the same.';
COMMENT ON COLUMN calendar.body IS 'The last good copy: it counts until there is another, and is read again as time goes on.';
COMMENT ON COLUMN calendar.unread IS 'Events that say nothing to us, each with its reason; the first of unread_count.';

CREATE TABLE calendar_event (
    calendar_id bigint NOT NULL REFERENCES calendar (id) ON DELETE CASCADE,
    user_id bigint NOT NULL REFERENCES app_user (id),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    summary text NOT NULL,
    CHECK (starts_at < ends_at)
);
COMMENT ON TABLE calendar_event IS 'Shifts read from a calendar that is not leave; those of leave are in leave, with the source calendar:<name>.';
CREATE INDEX calendar_event_end ON calendar_event (calendar_id, ends_at);
CREATE INDEX calendar_event_user ON calendar_event (user_id);
