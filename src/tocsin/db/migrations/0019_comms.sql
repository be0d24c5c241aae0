-- How messages are worded. Owned by tocsin.comms.

CREATE TABLE message_template (
    kind text PRIMARY KEY,
    subject text NOT NULL,
    body text NOT NULL,
    edited_by text NOT NULL,
    edited_at timestamptz NOT NULL
);
COMMENT ON TABLE message_template IS 'Wordings of one''s own; an occasion without a row is worded as it ships (COM-1).';
