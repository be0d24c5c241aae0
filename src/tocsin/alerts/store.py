"""Statements of intake: the one that every request goes through, and the few for alerts that are known already.

Shapes go in as one JSON document a statement. `ledger` and `job` belong to the kernel; they are written here
because an alert, its
entry and the job that acts on it must be one statement (DESIGN, "One alert, traced").
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import msgspec
from psycopg.rows import class_row

from tocsin.alerts.flapping import Flaps
from tocsin.alerts.intake import Standing
from tocsin.alerts.model import EndedBy, Routed, State
from tocsin.kernel import tracing
from tocsin.kernel.db import Conn, as_jsonb

Key = tuple[int, str]
"""Integration and identity: what makes two signals the same alert."""


class NewAlert(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A firing period to insert, as the statement's document has it; what has its default value is left out of it."""

    integration_id: int
    routing_id: int
    identity: str
    labels: dict[str, str]
    annotations: dict[str, str]
    title: str
    starts_at: datetime
    group_key: str
    scope_id: int
    occurrence: int = 1
    state: str = State.FIRING.value
    summary: str = ""
    url: str = ""
    severity_hint: str = ""
    details: dict[str, Any] | None = None
    lease_until: datetime | None = None
    lease_is_timeout: bool = False
    ended_at: datetime | None = None
    ended_by: str | None = None
    muted_reason: str | None = None
    changed_at: tuple[datetime, ...] = ()
    flaps_since: datetime | None = None
    flaps_told: bool = False

    @property
    def key(self) -> Key:
        return self.integration_id, self.identity


INSERT_NEW: LiteralString = """
with doc as (
    select * from jsonb_to_recordset(%(doc)s) as d (
        integration_id bigint, routing_id bigint, identity uuid, labels jsonb, annotations jsonb, title text,
        starts_at timestamptz, group_key uuid, scope_id bigint, occurrence integer, state text, summary text, url
        text,
        severity_hint text, details jsonb, lease_until timestamptz, lease_is_timeout boolean, ended_at timestamptz,
        ended_by text, muted_reason text, changed_at timestamptz[], flaps_since timestamptz, flaps_told boolean)
), new as (
    insert into alert (
        integration_id, routing_id, identity, occurrence, is_current, state, labels, annotations, title, summary, url,
        severity_hint, details, starts_at, received_at, updated_at, lease_until, lease_is_timeout, ended_at, ended_by,
        group_key, muted_reason, silenced_by, inhibited_by, scope_id, changed_at, flaps_since, flaps_told)
    select
        integration_id, routing_id, identity, coalesce(occurrence, 1), true, coalesce(state, 'firing'), labels,
        annotations, title, coalesce(summary, ''), coalesce(url, ''), coalesce(severity_hint, ''), details, starts_at,
        %(now)s, %(now)s, lease_until, coalesce(lease_is_timeout, false), ended_at, ended_by, group_key, muted_reason,
        '{}', '{}', scope_id, coalesce(changed_at, array[%(now)s]), flaps_since, coalesce(flaps_told, false)
    from doc
    on conflict (integration_id, identity) where is_current do nothing
    returning id, integration_id, routing_id, identity, state, title, scope_id, group_key
), batch as (
    -- What joins a group that burns already wakes nobody: in a storm it takes no place from what may (ALR-6).
    select b.*, i.name, r.reason, r.prio
    from (
        select integration_id, routing_id, scope_id, group_key = any(%(burning)b) as burns, count(*) as size,
            min(title) as title, jsonb_agg(id order by id) as ids
        from new where state = 'firing' group by integration_id, routing_id, scope_id, burns
    ) b left join integration i on i.id = b.integration_id left join alert_routing r on r.id = b.routing_id
), opened as (
    insert into ledger (at, kind, topic, scope_id, actor, sentence, data)
    select %(now)s, 'AlertsOpened', 'integration/' || name, scope_id, 'integration:' || name,
        title || case size when 1 then ' fires' else ' and ' || (size - 1) || ' more fire' end || '; ' || reason,
        jsonb_build_object('alert_ids', ids, 'integration', name)
    from batch
), armed as (
    insert into job (kind, payload, lane, run_at, prio)
    -- Without its routing an alert would call nobody: then nothing of all this is written, since prio is not null.
    select 'alerts.group', jsonb_build_object('alert_ids', ids) || %(trace)s,
        case when prio = 2 or burns then 'alerts.bulk' else 'alerts' end, %(now)s,
        case when burns and prio is not null then 2 else prio end
    from batch
)
select count(*), case when count(*) < %(sent)s then jsonb_agg(jsonb_build_array(integration_id, identity)) end from
new
"""


async def list_burning(conn: Conn, keys: Sequence[UUID]) -> set[str]:
    """Of these group keys those whose latest group is open and has something that fires."""
    cursor = await conn.execute(
        """
        select key from alert_group
        where key = any(%b) and is_latest and closed_at is null and cleared_at is null
        """,
        (list(keys),),
        prepare=True,
    )
    return {row[0].hex for row in await cursor.fetchall()}


async def insert_new_alerts(
    conn: Conn, rows: Sequence[NewAlert], now: datetime, burning: Sequence[UUID] = ()
) -> set[Key] | None:
    """Insert those whose identity has no alert yet, with one ledger entry and one job for each routing; what joins a
    group in `burning` is worked on among the others.

    Returns None when all were new, else the keys that were; the others have a current row already and were left
    alone.
    The rows must be sorted by identity, each identity once.
    """
    parameters = {"doc": as_jsonb(rows), "now": now, "sent": len(rows), "burning": list(burning), "trace": _trace()}
    cursor = await conn.execute(INSERT_NEW, parameters, prepare=True)
    row = await cursor.fetchone()
    assert row is not None
    if row[0] == len(rows):
        return None
    return {(integration_id, identity.replace("-", "")) for integration_id, identity in row[1] or ()}


class KnownAlert(NamedTuple):
    """A current row and how it stands; the lease and the last sight are the later of `alert` and `alert_seen`."""

    id: int
    key: Key
    standing: Standing


class _KnownRow(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    integration_id: int
    identity: Any
    occurrence: int
    state: str
    starts_at: datetime
    lease_until: datetime | None
    lease_is_timeout: bool
    ended_at: datetime | None
    ended_by: str | None
    acknowledged_at: datetime | None
    annotations: dict[str, str]
    last_seen_at: datetime
    updated_at: datetime
    changed_at: list[datetime]
    flaps_since: datetime | None
    flaps_told: bool


# The limit keeps the planner from turning look-ups into a scan when it planned while the table was empty.
FIND_CURRENT: LiteralString = """
select a.id, a.integration_id, a.identity, a.occurrence, a.state, a.starts_at,
    case when a.lease_until is not null then greatest(a.lease_until, s.lease_until) end as lease_until,
    a.lease_is_timeout, a.ended_at, a.ended_by,
    a.acknowledged_at, a.annotations, greatest(a.updated_at, s.last_seen_at) as last_seen_at, a.updated_at,
    a.changed_at, a.flaps_since, a.flaps_told
from jsonb_to_recordset(%(keys)s) as k (i bigint, d uuid)
cross join lateral (
    select * from alert where integration_id = k.i and identity = k.d and is_current limit 1
) a
left join lateral (select * from alert_seen where alert_id = a.id limit 1) s on true
"""

LOCK_BY_ID: LiteralString = "select id from alert where id = any(%(ids)b) order by id for update"


async def list_current_alerts(conn: Conn, keys: Iterable[Key]) -> list[KnownAlert]:
    """The current alert of each key that has one."""
    document = as_jsonb([{"i": integration_id, "d": identity} for integration_id, identity in keys])
    async with conn.cursor(row_factory=class_row(_KnownRow)) as cursor:
        await cursor.execute(FIND_CURRENT, {"keys": document}, prepare=True)
        return [_known(row) for row in await cursor.fetchall()]


async def lock_alerts(conn: Conn, ids: Sequence[int]) -> None:
    """Lock rows in the order of their ids, the one order in which alerts are ever locked."""
    await conn.execute(LOCK_BY_ID, {"ids": sorted(ids)})


def _known(row: _KnownRow) -> KnownAlert:
    standing = Standing(
        state=State(row.state),
        starts_at=row.starts_at,
        lease_until=row.lease_until,
        lease_is_timeout=row.lease_is_timeout,
        ended_at=row.ended_at,
        ended_by=EndedBy(row.ended_by) if row.ended_by else None,
        acknowledged_at=row.acknowledged_at,
        annotations=row.annotations,
        last_seen_at=row.last_seen_at,
        updated_at=row.updated_at,
        occurrence=row.occurrence,
        flaps=Flaps(tuple(row.changed_at), row.flaps_since, row.flaps_told),
    )
    return KnownAlert(row.id, (row.integration_id, row.identity.hex), standing)


class Seen(msgspec.Struct, frozen=True):
    """A resend worth writing down; `repeats` counts those that were not, too."""

    alert_id: int
    lease_until: datetime | None
    repeats: int


async def upsert_seen(conn: Conn, seen: Sequence[Seen], now: datetime) -> None:
    await conn.execute(
        """
        insert into alert_seen (alert_id, last_seen_at, lease_until, repeat_count)
        select alert_id, %(now)s, lease_until, repeats
        from jsonb_to_recordset(%(doc)s) as d (alert_id bigint, lease_until timestamptz, repeats bigint) order by
        alert_id
        on conflict (alert_id) do update set
            last_seen_at = greatest(alert_seen.last_seen_at, excluded.last_seen_at),
            lease_until = excluded.lease_until,
            repeat_count = alert_seen.repeat_count + excluded.repeat_count
        """,
        {"doc": as_jsonb(seen), "now": now},
        prepare=True,
    )


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """How a known alert stands from now on. `kind` and `said` are the ledger entry, None when the change is no
    history."""

    id: int
    is_current: bool
    state: str
    starts_at: datetime
    lease_until: datetime | None
    lease_is_timeout: bool
    ended_at: datetime | None
    ended_by: str | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    annotations: dict[str, str]
    title: str | None
    summary: str | None
    updated_at: datetime
    changed_at: tuple[datetime, ...]
    flaps_since: datetime | None
    flaps_told: bool
    kind: str | None
    said: str | None


UPDATE: LiteralString = """
with doc as (
    select * from jsonb_to_recordset(%(doc)s) as d (
        id bigint, is_current boolean, state text, starts_at timestamptz, lease_until timestamptz, lease_is_timeout
        boolean,
        ended_at timestamptz, ended_by text, acknowledged_at timestamptz, acknowledged_by text, annotations jsonb,
        title text, summary text, updated_at timestamptz, changed_at timestamptz[], flaps_since timestamptz,
        flaps_told boolean, kind text, said text)
), changed as (
    update alert a set
        is_current = doc.is_current, state = doc.state, starts_at = doc.starts_at, lease_until = doc.lease_until,
        lease_is_timeout = doc.lease_is_timeout, ended_at = doc.ended_at, ended_by = doc.ended_by,
        acknowledged_at = doc.acknowledged_at, acknowledged_by = coalesce(doc.acknowledged_by, a.acknowledged_by),
        annotations = doc.annotations, title = coalesce(doc.title, a.title), summary = coalesce(doc.summary,
        a.summary),
        updated_at = doc.updated_at, changed_at = doc.changed_at, flaps_since = doc.flaps_since,
        flaps_told = doc.flaps_told
    from doc where a.id = doc.id
    returning a.id, a.integration_id, a.routing_id, a.title, a.ended_at, a.ended_by, a.scope_id, doc.kind, doc.said
), told as (
    insert into ledger (at, kind, topic, scope_id, actor, sentence, data)
    select %(now)s, c.kind, 'alert/' || c.id, c.scope_id, 'integration:' || i.name, c.title || ': ' || c.said,
        case c.kind when 'AlertEnded'
            then jsonb_build_object('alert_id', c.id, 'how', c.ended_by, 'ended_at', c.ended_at)
            else jsonb_build_object('alert_id', c.id) end
    from changed c join integration i on i.id = c.integration_id where c.kind is not null
)
insert into job (kind, payload, lane, run_at, prio)
select 'alerts.group', jsonb_build_object('alert_ids', jsonb_agg(c.id order by c.id),
        'resumed', coalesce(jsonb_agg(c.id order by c.id) filter (where c.kind = 'AlertResumed'), '[]'),
        'acknowledged', coalesce(jsonb_agg(c.id order by c.id) filter (where c.kind = 'AlertAcknowledged'), '[]'))
        || %(trace)s,
    case c.prio when 2 then 'alerts.bulk' else 'alerts' end, %(now)s, c.prio
from (
    -- An end wakes nobody.
    select c.id, c.kind, case c.kind when 'AlertEnded' then 2 else r.prio end as prio
    from changed c join alert_routing r on r.id = c.routing_id where c.kind is not null
) c group by c.prio
"""


async def update_alerts(conn: Conn, changes: Sequence[Change], now: datetime) -> None:
    """Write the changes with their ledger entries, and one job for those that are history."""
    await conn.execute(UPDATE, {"doc": as_jsonb(changes), "now": now, "trace": _trace()}, prepare=True)


def _trace() -> Any:
    """What the jobs that are armed here are part of, beside their own payload."""
    return as_jsonb(tracing.handed_on({}))


async def ensure_routings(conn: Conn, decided: Sequence[Routed]) -> dict[str, int]:
    """The ids of these decisions by digest, stored now where they are new."""
    document = as_jsonb(decided)
    await conn.execute(
        """
        insert into alert_routing (digest, disposition, reason, route, service, severity, facts, policy, urgency,
        prio,
            group_by, group_window)
        select digest, disposition, reason, route, service, severity, facts, policy, urgency, prio,
            (select array_agg(name order by place) from jsonb_array_elements_text(nullif(group_by, 'null'))
                with ordinality as g (name, place)),
            group_window
        from jsonb_to_recordset(%s) as d (digest uuid, disposition text, reason text, route integer, service text,
            severity text, facts jsonb, policy text, urgency text, prio smallint, group_by jsonb, group_window
            interval)
        order by digest on conflict (digest) do nothing
        """,
        (document,),
    )
    digests = [UUID(each.digest) for each in decided]
    cursor = await conn.execute("select digest, id from alert_routing where digest = any(%b)", (digests,))
    return {row[0].hex: int(row[1]) for row in await cursor.fetchall()}
