-- The engine: work as rows, the workers that hold it, and the ledger of what happened.
-- Instants of business come in as parameters; columns of the worker table are lease time (clock_timestamp()).

create table installation (
    only_one boolean primary key default true check (only_one),
    id uuid not null,
    created_at timestamptz not null
);

-- Whether a process has the right keys is seen before it writes anything with others.
create table key_check (
    only_one boolean primary key default true check (only_one),
    sealed text not null
);
comment on column key_check.sealed is 'A known word, sealed with the newest key once a rotation is through (SEC-3).';

-- Finished jobs are deleted, so the table is small and churns: more than half of each page stays free for the one
-- update at the claim, which touches no indexed column and so no index; vacuum comes early and does not pause.
create table job (
    id bigint generated always as identity primary key,
    lane text not null,
    prio smallint not null check (prio between 0 and 2),
    run_at timestamptz not null,
    kind text not null,
    key text,
    payload jsonb not null,
    attempts integer not null default 0,  -- counted at the claim; with the holder it is the fence
    crashes integer not null default 0,   -- times its holder died with it
    holder bigint,                        -- the worker's id; held while that worker is alive
    rerun_at timestamptz,                 -- armed again while it ran, with this payload
    rerun_payload jsonb,
    trouble text                          -- why it was put back
) with (
    fillfactor = 45,
    autovacuum_vacuum_threshold = 1000,
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_insert_threshold = -1,
    autovacuum_analyze_threshold = 10000,
    autovacuum_vacuum_cost_delay = 0
);

create index job_due on job (lane, prio, run_at, id);
create unique index job_key on job (key) where key is not null;
create index job_suspect on job (run_at, id) where crashes >= 1;

-- Jobs nobody may try again without a person's word: out of the way of the claim, their key free for new work.
create table parked_job (
    id bigint primary key,
    lane text not null,
    prio smallint not null,
    run_at timestamptz not null,
    kind text not null,
    key text,
    payload jsonb not null,
    attempts integer not null,
    crashes integer not null,
    trouble text not null,
    parked_at timestamptz not null
);

-- One row for each life of a worker. Alive: not died and lease_until ahead of clock_timestamp().
create table worker (
    id integer generated always as identity primary key,
    host text not null,
    pid integer not null,
    version text not null,
    began_at timestamptz not null,
    lease_until timestamptz not null,
    died_at timestamptz,
    blame bigint  -- at its death: null blames every job it held, 0 none, else only this one
) with (fillfactor = 50);

create sequence ledger_id;

-- Facts, never updated. Partitioned by month (made ahead by a job); the default partition loses nothing when a month
-- is missing, and a row in it is an alarm.
create table ledger (
    id bigint not null default nextval('ledger_id'),
    at timestamptz not null,
    kind text not null,
    topic text not null,
    scope_id bigint not null,
    actor text not null,
    sentence text not null,
    data jsonb not null,
    primary key (id, at)
) partition by range (at);

create index ledger_topic on ledger (topic, id);
create index ledger_at on ledger using brin (at);
create index ledger_audit on ledger (id) where topic = 'audit';

create table ledger_default partition of ledger default;

-- The audit chain: each seal covers the digests of a run of audit entries and the seal before it.
create table ledger_seal (
    id bigint generated always as identity primary key,
    sealed_at timestamptz not null,
    up_to_id bigint not null,
    entry_ids bigint[] not null,
    digests bytea[] not null,
    previous bytea not null,
    seal bytea not null
);
