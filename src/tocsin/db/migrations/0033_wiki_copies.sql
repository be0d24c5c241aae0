-- The page that a postmortem is copied to in a wiki of the organisation. Owned by tocsin.postmortems.

CREATE TABLE wiki_copy (
    postmortem_id bigint PRIMARY KEY REFERENCES postmortem (id),
    state text NOT NULL CHECK (state IN ('waiting', 'there', 'failed')),
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    overwrites boolean NOT NULL,
    trouble text NOT NULL,
    again_at timestamptz,
    place text,
    page_id text,
    page_version integer,
    url text,
    version integer,
    written_at timestamptz,
    CHECK (num_nonnulls(place, page_id, page_version, url, version, written_at) IN (0, 6)),
    CHECK (state <> 'there' OR page_id IS NOT NULL),
    CHECK (again_at IS NULL OR state = 'waiting')
);
COMMENT ON COLUMN wiki_copy.overwrites IS 'Whoever asked has said that what others wrote there may go.';
COMMENT ON COLUMN wiki_copy.trouble IS 'Why the last attempt failed, as a sentence; empty: it did not.';
COMMENT ON COLUMN wiki_copy.place IS 'Where page_id is: the address of the wiki, and the space.';
COMMENT ON COLUMN wiki_copy.page_version IS 'The version of the page that we wrote last; another one there was written by somebody else.';
COMMENT ON COLUMN wiki_copy.version IS 'The version of the postmortem that the page shows.';
