-- What the work of being on call came to. Owned by tocsin.insights.

CREATE TABLE schedule_version (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule text NOT NULL,
    since timestamptz NOT NULL,
    definition jsonb
);
COMMENT ON TABLE schedule_version IS 'What a schedule said from an instant until its next row: by it the past is told, whatever was changed since.';
COMMENT ON COLUMN schedule_version.schedule IS 'By name, for a schedule that is gone still has a past.';
COMMENT ON COLUMN schedule_version.definition IS 'With the overrides that had not ended by then; null: there was no such schedule.';
CREATE INDEX schedule_version_since ON schedule_version (schedule, since, id);

CREATE TABLE rest_notice (
    user_id bigint NOT NULL REFERENCES app_user (id),
    night date NOT NULL,
    told_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, night)
);
COMMENT ON TABLE rest_notice IS 'Who was told in the morning to rest, by the evening of the night in which they were paged: once a night.';
