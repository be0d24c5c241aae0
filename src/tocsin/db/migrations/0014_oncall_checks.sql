-- What the checker of schedules needs to know and has found. Owned by tocsin.oncall.

CREATE TABLE schedule_ladder (
    policy text PRIMARY KEY,
    ladders jsonb NOT NULL
);
COMMENT ON TABLE schedule_ladder IS 'The schedules that each escalation policy calls, told by paging whenever a policy changes.';
COMMENT ON COLUMN schedule_ladder.ladders IS 'For the policy and each of its variants: the names of the schedules, step by step.';

CREATE TABLE oncall_look (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    looked_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    findings jsonb NOT NULL
);
COMMENT ON TABLE oncall_look IS 'The last nightly look of the checker: what it found is not told again.';
