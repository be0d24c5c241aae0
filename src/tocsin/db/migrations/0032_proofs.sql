-- Whether a way to reach somebody works: the question that is open, and the last answer. Owned by tocsin.delivery.

CREATE TABLE contact_proof (
    user_id bigint NOT NULL REFERENCES app_user (id),
    contact_id bigint REFERENCES contact (id),
    email_digest text NOT NULL,
    begun_at timestamptz NOT NULL,
    answered_at timestamptz,
    asked_at timestamptz,
    answer_by timestamptz,
    reminded_at timestamptz,
    missed_at timestamptz,
    misses integer NOT NULL,
    UNIQUE NULLS NOT DISTINCT (user_id, contact_id, email_digest),
    CHECK ((contact_id IS NULL) = (email_digest <> '')),
    CHECK ((asked_at IS NULL) = (answer_by IS NULL))
);
COMMENT ON COLUMN contact_proof.contact_id IS 'Null: the account''s own e-mail address, told apart from earlier ones by its digest.';
COMMENT ON COLUMN contact_proof.begun_at IS 'Since when it is known: the first question is put on a later day.';
COMMENT ON COLUMN contact_proof.asked_at IS 'When the question was put that is open or has run out; gone with the answer.';
COMMENT ON COLUMN contact_proof.missed_at IS 'When the first question since the last answer ran out and its receiver was told.';
COMMENT ON COLUMN contact_proof.misses IS 'Questions in a row that ran out, but for the one under way.';
