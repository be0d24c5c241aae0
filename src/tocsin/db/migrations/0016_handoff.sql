-- Hand-offs: what people add to the report of a schedule, who signed it as it was, who took it over. Owned by tocsin.insights.

CREATE TABLE handoff (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule_id bigint NOT NULL REFERENCES schedule (id) ON DELETE CASCADE,
    ends_at timestamptz NOT NULL,
    outgoing text[] NOT NULL,
    incoming text[] NOT NULL,
    note text NOT NULL,
    edited_at timestamptz,
    edited_by text NOT NULL,
    drafted_at timestamptz,
    missed_at timestamptz,
    lead_told_at timestamptz,
    UNIQUE (schedule_id, ends_at)
);
COMMENT ON COLUMN handoff.ends_at IS 'When the shift of the outgoing people ends: moved along while nobody has signed.';
COMMENT ON COLUMN handoff.edited_at IS 'The last change of the note, or of an entry of the schedule: later than a signature, it asks for a new one.';
COMMENT ON COLUMN handoff.drafted_at IS 'When the outgoing people were sent the draft.';
COMMENT ON COLUMN handoff.missed_at IS 'When both sides were told that it was not signed at the hand-over.';

CREATE TABLE handoff_signature (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    handoff_id bigint NOT NULL REFERENCES handoff (id) ON DELETE CASCADE,
    signed_by text NOT NULL,
    signed_at timestamptz NOT NULL,
    report jsonb NOT NULL,
    accepted_by text NOT NULL,
    accepted_at timestamptz
);
COMMENT ON COLUMN handoff_signature.report IS 'The whole report as it was signed; never changed.';
CREATE INDEX handoff_signature_handoff ON handoff_signature (handoff_id, id);

CREATE TABLE handoff_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule_id bigint NOT NULL REFERENCES schedule (id) ON DELETE CASCADE,
    kind text NOT NULL CHECK (kind IN ('issue', 'watch', 'upcoming', 'contact')),
    text text NOT NULL,
    owner text NOT NULL,
    link text NOT NULL,
    phone text NOT NULL,
    at timestamptz,
    added_by text NOT NULL,
    added_at timestamptz NOT NULL,
    struck_by text,
    struck_at timestamptz
);
COMMENT ON TABLE handoff_entry IS 'Kept from shift to shift until somebody strikes it.';
CREATE INDEX handoff_entry_open ON handoff_entry (schedule_id) WHERE struck_at IS NULL;
