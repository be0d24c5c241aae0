-- What a look at an incident has found to be wrong with the way it is worked on (GRD-1). Owned by tocsin.incidents.

CREATE TABLE incident_finding (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident (id),
    rule text NOT NULL,
    occurrence text NOT NULL,
    text text NOT NULL,
    remedy text NOT NULL,
    raised_at timestamptz NOT NULL,
    settled_at timestamptz,
    UNIQUE (incident_id, rule, occurrence)
);
COMMENT ON COLUMN incident_finding.occurrence IS 'Which time it was: the same rule may be broken again, and is said again then.';
COMMENT ON COLUMN incident_finding.settled_at IS 'Since when it no longer holds; null: it still does.';
CREATE INDEX incident_finding_open ON incident_finding (incident_id) WHERE settled_at IS NULL;
