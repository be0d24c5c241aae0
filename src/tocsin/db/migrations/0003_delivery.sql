-- Ways to reach people, and every message that leaves with each try to send it. Owned by tocsin.delivery.

CREATE TABLE contact (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id bigint NOT NULL REFERENCES app_user (id),
    kind text NOT NULL,
    address text NOT NULL,
    address_digest text NOT NULL,
    managed_by text,
    created_at timestamptz NOT NULL,
    added_by text,
    verified_at timestamptz,
    position smallint NOT NULL,
    proven_at timestamptz,
    disabled_at timestamptz,
    broken_at timestamptz,
    broken_why text,
    UNIQUE (user_id, kind, address_digest),
    CHECK ((broken_at IS NULL) = (broken_why IS NULL))
);
COMMENT ON COLUMN contact.added_by IS 'Who added it by themselves, such as @alice; null: an administrator''s file attests it (PAG-3).';
COMMENT ON COLUMN contact.verified_at IS 'When its owner entered the code that was sent by it (SEC-9); one that somebody added is told nothing before.';
COMMENT ON COLUMN contact.position IS 'Among the contacts of the file, and among those that the person added: the first is told first.';
COMMENT ON COLUMN contact.address IS 'Sealed with a key outside the database, but for e-mail (SEC-3).';
COMMENT ON COLUMN contact.address_digest IS 'Keyed: tells whether two addresses are the same.';
COMMENT ON COLUMN contact.proven_at IS 'When a message by it was first answered; before, its owner may never have seen one (PAG-3).';
COMMENT ON COLUMN contact.broken_at IS 'Its provider says that nothing will ever arrive there; whoever answers a test by it mends it.';
COMMENT ON COLUMN contact.disabled_at IS 'Never deleted: a webhook''s secret is derived from the id and must come back with it.';

CREATE TABLE notification_rule (
    user_id bigint NOT NULL REFERENCES app_user (id),
    urgency text NOT NULL CHECK (urgency IN ('high', 'low')),
    position smallint NOT NULL,
    kind text NOT NULL,
    delay interval NOT NULL,
    PRIMARY KEY (user_id, urgency, position)
);
COMMENT ON TABLE notification_rule IS 'Every contact of this kind, that long after the notification. Without rules: e-mail at once.';

CREATE TABLE notification_habit (
    user_id bigint PRIMARY KEY REFERENCES app_user (id),
    managed_by text,
    quiet jsonb
);
COMMENT ON TABLE notification_habit IS 'How a person wants to be told, beside the rules.';
COMMENT ON COLUMN notification_habit.managed_by IS 'The file that gives rules and quiet hours; null: the person does.';
COMMENT ON COLUMN notification_habit.quiet IS 'Quiet hours: {"days": [0], "from": "22:00:00", "to": "07:00:00", "time_zone": "Europe/Berlin"}, Monday is 0 (PAG-3).';

CREATE TABLE contact_code (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    contact_id bigint NOT NULL REFERENCES contact (id),
    user_id bigint NOT NULL REFERENCES app_user (id),
    address_digest text NOT NULL,
    delivery_id uuid NOT NULL,
    issued_at timestamptz NOT NULL,
    tries smallint NOT NULL,
    used_at timestamptz
);
COMMENT ON TABLE contact_code IS 'Codes by which people show that a contact is theirs (SEC-9); the last of a contact counts. Kept for a day.';
COMMENT ON COLUMN contact_code.address_digest IS 'Keyed, and the same for everybody who adds this address.';
COMMENT ON COLUMN contact_code.delivery_id IS 'The message that carries the code, from whose id it is derived: no row holds the code itself.';
CREATE INDEX contact_code_contact ON contact_code (contact_id, id);

CREATE TABLE delivery (
    id uuid PRIMARY KEY,
    notification_id uuid NOT NULL,
    position smallint NOT NULL,
    user_id bigint REFERENCES app_user (id),
    user_name text NOT NULL,
    contact_id bigint REFERENCES contact (id),
    kind text NOT NULL,
    address text NOT NULL,
    topic text NOT NULL,
    scope_id bigint NOT NULL REFERENCES scope (id),
    cause text NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('page', 'acknowledged', 'resolved', 'info', 'notice', 'test')),
    urgency text NOT NULL CHECK (urgency IN ('high', 'low')),
    prio smallint NOT NULL,
    message jsonb NOT NULL,
    chain text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'sending', 'taken', 'sent', 'failed', 'superseded')),
    attempts integer NOT NULL,
    requested_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    sent_at timestamptz,
    ended_at timestamptz,
    reason text,
    answer text NOT NULL,
    superseded text,
    link_used_at timestamptz,
    is_top_level boolean NOT NULL,
    held text,
    carried_by uuid,
    ref text NOT NULL DEFAULT '',
    taken_at timestamptz,
    silence_at timestamptz,
    on_silence text CHECK (on_silence IN ('arrived', 'failed')),
    CHECK ((state = 'taken') = (silence_at IS NOT NULL)),
    CHECK ((silence_at IS NULL) = (on_silence IS NULL)),
    CHECK ((state IN ('sent', 'failed', 'superseded')) = (ended_at IS NOT NULL)),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL))
) WITH (fillfactor = 70);
COMMENT ON TABLE delivery IS 'One message to one person by one way. The id is stable over all tries: the receiver''s idempotency key (REL-2).';
COMMENT ON COLUMN delivery.user_id IS 'Null for somebody outside: a vendor, a chat or a webhook that a step names.';
COMMENT ON COLUMN delivery.chain IS 'Contact and topic: messages of one chain go out in the order of their requests.';
COMMENT ON COLUMN delivery.superseded IS 'Why it is not wanted any more; set while it is being sent, it forbids another try.';
COMMENT ON COLUMN delivery.answer IS 'The peer''s receipt or the last failure, one short line, never the body of an answer.';
COMMENT ON COLUMN delivery.held IS 'Why it waited to be bundled with others (PAG-9); kept when it is sent.';
COMMENT ON COLUMN delivery.carried_by IS 'The delivery in whose message it travelled; while that is under way this one is sending and has no job.';
COMMENT ON COLUMN delivery.link_used_at IS 'The link that acknowledges works once; the link itself is derived, not stored (SEC-6).';
COMMENT ON COLUMN delivery.ref IS 'The provider''s name of the last try that it took: for reports about it, and for changing it later.';
COMMENT ON COLUMN delivery.taken_at IS 'When a provider took what it had, or has, still to bring.';
COMMENT ON COLUMN delivery.silence_at IS 'Taken: when on_silence decides whether it counts as arrived, unless the provider says so before.';
CREATE INDEX delivery_topic ON delivery (topic, requested_at);
CREATE INDEX delivery_texts ON delivery (contact_id, requested_at) WHERE kind = 'sms';
CREATE INDEX delivery_notification ON delivery (notification_id, position);
CREATE INDEX delivery_chain ON delivery (chain, requested_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX delivery_ref ON delivery (kind, ref) WHERE ref <> '';
CREATE INDEX delivery_earlier ON delivery (chain, requested_at) WHERE ref <> '';

CREATE INDEX delivery_held ON delivery (user_id) WHERE held IS NOT NULL AND state = 'waiting';
CREATE INDEX delivery_carried ON delivery (carried_by) WHERE carried_by IS NOT NULL;

CREATE TABLE delivery_pace (
    way text PRIMARY KEY,
    sent timestamptz[] NOT NULL,
    topic text NOT NULL,
    is_urgent boolean NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE delivery_pace IS 'When the last messages left by one way of one person, oldest first, and what the latest was about (PAG-9).';
COMMENT ON COLUMN delivery_pace.is_urgent IS 'The latest was a page of high urgency.';

CREATE TABLE delivery_attempt (
    delivery_id uuid NOT NULL REFERENCES delivery (id) ON DELETE CASCADE,
    n integer NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    outcome text CHECK (outcome IN ('sent', 'failed', 'interrupted', 'taken', 'lost')),
    reason text,
    answer text NOT NULL,
    endpoint text NOT NULL,
    PRIMARY KEY (delivery_id, n)
);
COMMENT ON COLUMN delivery_attempt.outcome IS 'interrupted: the process ended in it, so nobody knows whether the message arrived; it was sent again. lost: taken, and it did not arrive.';
CREATE INDEX delivery_attempt_started ON delivery_attempt (started_at);

CREATE TABLE delivery_cost (
    delivery_id uuid NOT NULL REFERENCES delivery,
    at timestamptz NOT NULL,
    kind text NOT NULL,
    amount numeric(12, 6) NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (delivery_id, at)
);
COMMENT ON TABLE delivery_cost IS 'What each text and call that a provider took costs, by the price that was set at the time, in the currency of the settings.';
CREATE INDEX delivery_cost_at ON delivery_cost (at);
