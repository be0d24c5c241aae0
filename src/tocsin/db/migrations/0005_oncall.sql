-- Who is on call: schedules as layers of rotations, overrides, and swaps. Owned by tocsin.oncall.

CREATE TABLE schedule (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    team text REFERENCES team (name),
    time_zone text NOT NULL,
    holidays text,
    layers jsonb NOT NULL,
    limits jsonb NOT NULL DEFAULT '{}',
    managed_by text,
    scope_id bigint NOT NULL REFERENCES scope (id)
);
COMMENT ON COLUMN schedule.holidays IS 'Whose public holidays count: a country or a part of one (DE-BE).';
COMMENT ON COLUMN schedule.layers IS 'In ascending precedence; local times are naive, in the zone of the layer or else in time_zone.';
CREATE INDEX schedule_team ON schedule (team);

CREATE TABLE shift_swap (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule_id bigint NOT NULL REFERENCES schedule (id) ON DELETE CASCADE,
    giver_id bigint NOT NULL REFERENCES app_user (id),
    taker_id bigint NOT NULL REFERENCES app_user (id),
    gives_from timestamptz NOT NULL,
    gives_until timestamptz NOT NULL,
    takes_from timestamptz,
    takes_until timestamptz,
    reason text NOT NULL,
    state text NOT NULL CHECK (state IN ('proposed', 'accepted', 'declined', 'withdrawn', 'expired')),
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_by text,
    ended_at timestamptz,
    CHECK (giver_id <> taker_id),
    CHECK (gives_from < gives_until),
    CHECK (takes_from < takes_until),
    CHECK ((takes_from IS NULL) = (takes_until IS NULL)),
    CHECK ((state = 'proposed') = (ended_at IS NULL))
);
COMMENT ON TABLE shift_swap IS 'The giver''s shift goes to the taker; the taker''s, if one is named, comes back.';
CREATE INDEX shift_swap_schedule ON shift_swap (schedule_id);
CREATE INDEX shift_swap_giver ON shift_swap (giver_id);
CREATE INDEX shift_swap_taker ON shift_swap (taker_id);

CREATE TABLE schedule_override (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    schedule_id bigint NOT NULL REFERENCES schedule (id) ON DELETE CASCADE,
    user_id bigint NOT NULL REFERENCES app_user (id),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    created_by text NOT NULL,
    created_at timestamptz NOT NULL,
    managed_by text,
    part text NOT NULL CHECK (part IN ('instead', 'beside', 'shadow')),
    layer text,
    instead_of_id bigint REFERENCES app_user (id),
    reason text NOT NULL,
    swap_id bigint REFERENCES shift_swap (id) ON DELETE CASCADE,
    CHECK (starts_at < ends_at)
);
COMMENT ON TABLE schedule_override IS 'Of several that cover an instant the youngest (highest id) counts.';
COMMENT ON COLUMN schedule_override.layer IS 'Only what this layer says is replaced; null: whatever any layer says.';
COMMENT ON COLUMN schedule_override.instead_of_id IS 'Only what this person holds is replaced; null: everybody.';
CREATE INDEX schedule_override_end ON schedule_override (schedule_id, ends_at);
CREATE INDEX schedule_override_user ON schedule_override (user_id);
CREATE INDEX schedule_override_swap ON schedule_override (swap_id);
CREATE INDEX schedule_override_instead_of ON schedule_override (instead_of_id);
