-- What the auditor has found wrong with Tocsin itself, and when it last looked. Owned by tocsin.auditor.

CREATE TABLE auditor_look (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    looked_at timestamptz NOT NULL
);

CREATE TABLE auditor_finding (
    key text PRIMARY KEY,
    sentence text NOT NULL,
    remedy text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    told_at timestamptz NOT NULL
);
COMMENT ON TABLE auditor_finding IS 'What is wrong now. While there is a row, the outgoing dead man''s ping stops.';
COMMENT ON COLUMN auditor_finding.told_at IS 'When the administrators were last told of it: again while it persists.';

CREATE TABLE auditor_notice (
    key text PRIMARY KEY,
    told_at timestamptz NOT NULL
);
COMMENT ON TABLE auditor_notice IS 'Of what happens again and again, such as parked jobs of one kind: when it was last told.';
