-- Files of an incident. Owned by tocsin.incidents.

CREATE TABLE attachment (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident_id bigint NOT NULL REFERENCES incident (id),
    name text NOT NULL,
    media_type text NOT NULL,
    size integer NOT NULL,
    content bytea NOT NULL,
    added_by text NOT NULL,
    added_at timestamptz NOT NULL
);
COMMENT ON COLUMN attachment.name IS 'Made safe: a file name of its own, that ends as its media type does.';
COMMENT ON COLUMN attachment.media_type IS 'What its content is, whatever its sender called it.';
ALTER TABLE attachment ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX attachment_incident ON attachment (incident_id, id);
