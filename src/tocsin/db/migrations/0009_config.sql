-- What has been applied from which file, and what is kept for parts that read it later. Owned by tocsin.config.

CREATE TABLE config_file (
    name text PRIMARY KEY,
    sha256 text NOT NULL,
    sections text[] NOT NULL,
    applied_at timestamptz NOT NULL,
    applied_by text NOT NULL
);
COMMENT ON TABLE config_file IS 'A file as it was applied last. Its text is not kept: it may hold keys.';
COMMENT ON COLUMN config_file.sections IS 'Its top-level keys: who owns what exists once, such as the routes.';

CREATE TABLE config_stored (
    section text NOT NULL,
    name text NOT NULL,
    definition jsonb NOT NULL,
    managed_by text NOT NULL,
    PRIMARY KEY (section, name)
);
COMMENT ON TABLE config_stored IS 'Accepted and checked in shape, in effect once a later part reads it; plan says so.';
