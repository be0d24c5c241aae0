-- What colleagues say of postmortems before they are published. Owned by tocsin.postmortems.

CREATE TABLE postmortem_comment (
    postmortem_id bigint NOT NULL REFERENCES postmortem (id),
    n integer NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    text text NOT NULL,
    quote text NOT NULL,
    resolved_by text,
    resolved_at timestamptz,
    answer text NOT NULL,
    PRIMARY KEY (postmortem_id, n),
    CHECK ((resolved_by IS NULL) = (resolved_at IS NULL))
);
COMMENT ON COLUMN postmortem_comment.quote IS 'The passage that it is about, as it stood there; empty: the whole.';

CREATE TABLE postmortem_reviewer (
    postmortem_id bigint NOT NULL REFERENCES postmortem (id),
    "user" text NOT NULL,
    asked_by text NOT NULL,
    asked_at timestamptz NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('asked', 'approved', 'wants-changes')),
    note text NOT NULL,
    version integer,
    said_at timestamptz,
    reminded integer NOT NULL,
    PRIMARY KEY (postmortem_id, "user"),
    CHECK ((verdict = 'asked') = (version IS NULL)),
    CHECK ((version IS NULL) = (said_at IS NULL))
);
COMMENT ON COLUMN postmortem_reviewer.version IS 'The version that the verdict is about; null: nothing was said yet.';
COMMENT ON COLUMN postmortem_reviewer.reminded IS 'How often they were reminded since they were asked.';
