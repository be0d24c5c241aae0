-- Alerts: who may send them, where they go, each firing period, and what was bundled into one cause. Owned by tocsin.alerts.
-- Instants are business time and come in as parameters; starts_at, ended_at and lease_until are what the source said.

create table integration (
    id bigint generated always as identity primary key,
    name text not null unique,
    type text not null,
    key_hash bytea unique,       -- SHA-256 of the key; null once retired, so that the key is refused and free again
    service text,
    timeout interval,            -- instead of the source's own
    options jsonb not null,      -- what only its type knows, such as generic's mapping
    managed_by text,
    scope_id bigint not null,
    created_at timestamptz not null,
    retired_at timestamptz,      -- rows are never deleted: alerts keep pointing at them
    last_used_at timestamptz     -- to the minute
);

create table route (
    position integer primary key,  -- 1 is the first of the file; 0 is the default route
    definition jsonb not null
);

create table inhibition (
    position integer primary key,
    definition jsonb not null
);

-- Raised by every change of the three tables above: processes that hold them compiled look at it each second.
create table alert_rules_version (
    only_one boolean primary key default true check (only_one),
    version bigint not null
);
insert into alert_rules_version (version) values (0);

create table silence (
    id uuid primary key,
    matchers jsonb not null,     -- [{"name", "op", "value"}]
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    created_by text not null,
    comment text not null,
    updated_at timestamptz not null,
    integration_id bigint references integration (id)  -- set with an integration's key: mutes only its alerts
);
create index silence_ends on silence (ends_at);

-- Services on which somebody works: their alerts are held. starts_at and ends_at are the first window.
create table maintenance (
    id bigint generated always as identity primary key,
    name text not null unique,
    services text[] not null,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    time_zone text not null,     -- in which it repeats
    repeat text,                 -- recurrence rule of RFC 5545; null: once
    reason text not null,
    managed_by text,
    set_by text not null,
    set_at timestamptz not null,
    cut_at timestamptz,          -- the window of that moment was ended early
    ended_at timestamptz,        -- all of it was
    under_way_since timestamptz, -- start of the window of which everybody has been told
    check (starts_at < ends_at)
);

create table alert_group (
    id bigint generated always as identity primary key,
    key uuid not null,
    is_latest boolean not null,
    title text not null,
    labels jsonb not null,
    service text,
    severity text,
    policy text,
    urgency text not null check (urgency in ('high', 'low')),
    opened_at timestamptz not null,
    last_alert_at timestamptz not null,
    cleared_at timestamptz,      -- nothing in it fires
    closed_at timestamptz,       -- its incident is over
    alert_count integer not null,
    scope_id bigint not null
) with (fillfactor = 50);        -- a storm updates one row again and again
create unique index alert_group_latest on alert_group (key) where is_latest;

create index alert_group_open on alert_group (service) where closed_at is null;

-- Where alerts go and why, once for each decision that routes have ever come to: a storm of ten thousand alerts shares
-- one row. Never deleted.
create table alert_routing (
    id bigint generated always as identity primary key,
    digest uuid not null unique,
    disposition text not null check (disposition in ('routed', 'held', 'dropped')),
    reason text not null,
    route integer,
    service text,
    severity text,
    facts jsonb not null,
    policy text,
    urgency text not null check (urgency in ('high', 'low')),
    prio smallint not null,
    group_by text[],
    group_window interval not null
);
create index alert_routing_service on alert_routing (service);

-- One row is one firing period. integration_id and routing_id have no foreign key: those rows are never deleted, and the
-- check would cost every intake two look-ups per alert.
create table alert (
    id bigint generated always as identity primary key,
    integration_id bigint not null,
    routing_id bigint not null,
    identity uuid not null,
    occurrence integer not null,
    is_current boolean not null,  -- the latest period of its identity
    state text not null check (state in ('firing', 'resolved', 'stale')),
    labels jsonb not null,
    annotations jsonb not null,
    title text not null,
    summary text not null,       -- '' when an annotation says it
    url text not null,
    severity_hint text not null,
    details jsonb,
    starts_at timestamptz not null,
    received_at timestamptz not null,
    updated_at timestamptz not null,
    lease_until timestamptz,
    lease_is_timeout boolean not null,
    ended_at timestamptz,
    ended_by text check (ended_by in ('source', 'stale', 'person')),
    acknowledged_at timestamptz,
    acknowledged_by text,
    group_key uuid not null,
    group_id bigint references alert_group (id),
    muted_reason text,
    silenced_by uuid[] not null,
    inhibited_by bigint[] not null,
    scope_id bigint not null,
    changed_at timestamptz[] not null,  -- the latest beginnings and ends of firing, at most four, by our clock
    flaps_since timestamptz,     -- it changes so often that it is held as one, firing or not
    flaps_told boolean not null
);
create unique index alert_current on alert (integration_id, identity) where is_current;
create index alert_firing on alert (lease_until) where state = 'firing';
create index alert_group_members on alert (group_id, state) where group_id is not null;
create index alert_received on alert using brin (received_at);
create index alert_flapping on alert (group_id) where flaps_since is not null and is_current;
create index alert_inhibited on alert using gin (inhibited_by)
    where state = 'firing' and group_id is null and inhibited_by <> '{}';
create index alert_silenced on alert using gin (silenced_by)
    where state = 'firing' and group_id is null and silenced_by <> '{}';

-- What a resend changes, and only when half of its lease is used. A row appears with the first such resend. Whether an
-- alert has a lease is said by its own row; where it has, the later of the two counts.
create table alert_seen (
    alert_id bigint primary key references alert (id),
    last_seen_at timestamptz not null,
    lease_until timestamptz,
    repeat_count bigint not null
) with (fillfactor = 50);

-- How a heartbeat stands: an integration of type heartbeat, from its first ping on. What is expected when is computed from
-- waits_from and the integration's options, so that a change of these counts at once.
create table heartbeat (
    integration_id bigint primary key references integration (id),
    last_ping_at timestamptz,
    waits_from timestamptz,      -- the last ping, or the moment since which pings are heard again
    started_at timestamptz,      -- a run goes on
    missed_at timestamptz,       -- the alert has been raised, and no good ping has come since
    failed_at timestamptz        -- likewise, a run said that it failed
) with (fillfactor = 50);

-- The latest sign of a web process: what nobody could hear is not missed.
create table heartbeat_hearing (
    only_one boolean primary key default true check (only_one),
    heard_at timestamptz
);
insert into heartbeat_hearing default values;
