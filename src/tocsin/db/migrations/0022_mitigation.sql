-- What was done against an incident, and whether it helped. Owned by tocsin.mitigation.

CREATE TABLE mitigation (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident (id),
    n integer NOT NULL,
    what text NOT NULL,
    strategy text,
    way_back text,
    dry_run boolean,
    is_temporary boolean NOT NULL,
    by text NOT NULL,
    recorded_by text NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    result text CHECK (result IN ('helped', 'no-effect', 'worse')),
    note text NOT NULL,
    UNIQUE (incident_id, n),
    CHECK ((ended_at IS NULL) = (result IS NULL))
);
COMMENT ON COLUMN mitigation.strategy IS 'Of a catalogue, such as rollback; null: nobody has said.';
COMMENT ON COLUMN mitigation.way_back IS 'How to undo it, as somebody wrote it at its beginning.';
COMMENT ON COLUMN mitigation.dry_run IS 'Whether it was tried without effect first; null: nobody has said.';
COMMENT ON COLUMN mitigation.by IS 'Who did it; recorded_by wrote it down.';
CREATE INDEX mitigation_running ON mitigation (incident_id) WHERE ended_at IS NULL;
