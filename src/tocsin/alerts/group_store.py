"""Statements of grouping, muting and expiry."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import msgspec
from psycopg.rows import class_row

from tocsin.alerts.grouping import GroupStanding, group_labels
from tocsin.kernel.db import Conn, as_jsonb
from tocsin.kernel.questions import Question


class GroupableAlert(msgspec.Struct, frozen=True, kw_only=True):
    """What grouping reads of an alert."""

    id: int
    integration_id: int
    identity: UUID
    state: str
    labels: dict[str, str]
    title: str
    summary: str
    url: str
    severity_hint: str
    starts_at: datetime
    received_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    lease_until: datetime | None
    acknowledged_by: str | None
    disposition: str
    reason: str
    service: str | None
    severity: str | None
    facts: dict[str, Any]
    policy: str | None
    urgency: str
    group_by: list[str] | None
    group_window: timedelta
    group_key: UUID
    group_id: int | None
    muted_reason: str | None
    silenced_by: list[UUID]
    inhibited_by: list[int]
    scope_id: int
    flaps_since: datetime | None

    @property
    def group_labels(self) -> dict[str, str]:
        return group_labels(self.labels, self.group_by)


async def lock_latest_group(conn: Conn, key: UUID) -> GroupStanding | None:
    """The latest group of one key, locked."""
    async with conn.cursor(row_factory=class_row(GroupStanding)) as cursor:
        await cursor.execute(
            "select id, opened_at, closed_at, cleared_at from alert_group where key = %s and is_latest for update",
            (key,),
        )
        return await cursor.fetchone()


async def lock_groups(conn: Conn, ids: Sequence[int]) -> list[GroupStanding]:
    async with conn.cursor(row_factory=class_row(GroupStanding)) as cursor:
        await cursor.execute(
            "select id, opened_at, closed_at, cleared_at from alert_group where id = any(%b) order by key for update",
            (list(ids),),
        )
        return await cursor.fetchall()


def groupable_locked(ids: Sequence[int]) -> Question[list[GroupableAlert]]:
    """The alerts, locked in the order of their ids, each with the later of its leases."""
    return Question(_LOCK_GROUPABLE, (sorted(ids),), list, class_row(GroupableAlert))


_LOCK_GROUPABLE: LiteralString = """
    select a.id, a.integration_id, a.identity, a.state, a.labels, a.title,
        coalesce(nullif(a.summary, ''), a.annotations ->> 'description', a.annotations ->> 'message', '') as summary,
        a.url, a.severity_hint, a.starts_at, a.received_at, a.ended_at, a.ended_by,
        case when a.lease_until is not null then greatest(a.lease_until, s.lease_until) end as lease_until,
        a.acknowledged_by, r.disposition, r.reason,
        r.service, r.severity, r.facts, r.policy, r.urgency, r.group_by, r.group_window, a.group_key, a.group_id,
        a.muted_reason, a.silenced_by, a.inhibited_by, a.scope_id,
        case when a.is_current then a.flaps_since end as flaps_since
    from alert a join alert_routing r on r.id = a.routing_id left join alert_seen s on s.alert_id = a.id
    where a.id = any(%b) order by a.id for update of a
"""


def latest_groups_locked(ids: Sequence[int]) -> Question[dict[UUID, GroupStanding]]:
    """The latest groups that these alerts belong to or would join, by key, locked in the order of their keys."""
    return Question(_LOCK_LATEST_GROUPS, (list(ids),), _standing_by_key)


_LOCK_LATEST_GROUPS: LiteralString = """
    select key, id, opened_at, closed_at, cleared_at from alert_group
    where is_latest and key in (
        select a.group_key from alert a join alert_routing r on r.id = a.routing_id
        where a.id = any(%b) and r.disposition = 'routed')
    order by key for update
"""


def _standing_by_key(rows: list[Any]) -> dict[UUID, GroupStanding]:
    return {
        key: GroupStanding(id=id, opened_at=opened_at, closed_at=closed_at, cleared_at=cleared_at)
        for key, id, opened_at, closed_at, cleared_at in rows
    }


def inserting_group(members: Sequence[GroupableAlert], now: datetime) -> Question[int | None]:
    """A new latest group of these alerts, with the title of the first, and they are in it; None when another
    transaction made one at this moment: then they are not."""
    first = members[0]
    return Question(
        _INSERT_GROUP,
        {
            "key": first.group_key,
            "title": first.title,
            "labels": as_jsonb(first.group_labels),
            "service": first.service,
            "severity": first.severity,
            "policy": first.policy,
            "urgency": first.urgency,
            "now": now,
            "count": len(members),
            "scope": first.scope_id,
            "members": [alert.id for alert in members],
        },
        lambda rows: int(rows[0][0]) if rows else None,
    )


_INSERT_GROUP: LiteralString = """
    with made as (
        insert into alert_group (key, is_latest, title, labels, service, severity, policy, urgency, opened_at,
            last_alert_at, alert_count, scope_id)
        values (%(key)s, true, %(title)s, %(labels)s, %(service)s, %(severity)s, %(policy)s, %(urgency)s, %(now)s,
            %(now)s, %(count)s, %(scope)s)
        on conflict (key) where is_latest do nothing returning id
    ), joined as (
        update alert set group_id = made.id, muted_reason = null, silenced_by = '{}', inhibited_by = '{}'
        from made where alert.id = any(%(members)b)
    ) select id from made
"""


async def update_group_superseded(conn: Conn, group_id: int) -> None:
    await conn.execute("update alert_group set is_latest = false where id = %s", (group_id,))


async def update_group_joined(conn: Conn, group_id: int, count: int, now: datetime) -> int:
    """Open again, nothing cleared, so many alerts more; returns how many it has swallowed by now."""
    cursor = await conn.execute(
        """
        update alert_group set closed_at = null, cleared_at = null, last_alert_at = %s, alert_count = alert_count + %s
        where id = %s returning alert_count
        """,
        (now, count, group_id),
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


async def update_group_cleared(conn: Conn, group_id: int, now: datetime) -> None:
    await conn.execute("update alert_group set cleared_at = %s where id = %s", (now, group_id))


async def update_group_closed(conn: Conn, group_id: int, closed_at: datetime | None) -> None:
    """The first closing keeps its instant; None: open again."""
    await conn.execute(
        "update alert_group set closed_at = case when %(at)s::timestamptz is not null then coalesce(closed_at, %(at)s) "
        "end where id = %(id)s",
        {"at": closed_at, "id": group_id},
    )


async def update_alerts_grouped(conn: Conn, ids: Sequence[int], group_id: int) -> None:
    await conn.execute(
        """
        update alert set group_id = %s, muted_reason = null, silenced_by = '{}', inhibited_by = '{}' where id =
        any(%b)
        """,
        (group_id, list(ids)),
    )


async def update_alerts_muted(
    conn: Conn, ids: Sequence[int], reason: str, silenced_by: Sequence[UUID], inhibited_by: Sequence[int]
) -> None:
    await conn.execute(
        "update alert set muted_reason = %s, silenced_by = %s, inhibited_by = %b where id = any(%b)",
        (reason, list(silenced_by), list(inhibited_by), list(ids)),
    )


async def list_acknowledged(conn: Conn, ids: Sequence[int]) -> dict[int, int]:
    """Those of these alerts that somebody has at their source, by id: the groups that they are in."""
    cursor = await conn.execute(
        "select id, group_id from alert where id = any(%b) and acknowledged_at is not null and group_id is not null",
        (list(ids),),
    )
    return {int(id): int(group_id) for id, group_id in await cursor.fetchall()}


async def is_any_firing(conn: Conn, group_id: int) -> bool:
    cursor = await conn.execute(IS_ANY_FIRING, {"group": group_id})
    row = await cursor.fetchone()
    return row is not None and bool(row[0])


INHIBITED_BY: LiteralString = """
select id from alert
where state = 'firing' and group_id is null and inhibited_by <> '{}' and inhibited_by && %(causes)s::bigint[]
order by id
"""

SILENCED_BY: LiteralString = """
select id from alert
where state = 'firing' and group_id is null and silenced_by <> '{}' and silenced_by && %(silences)s::uuid[]
order by id
"""


async def list_inhibited_by(conn: Conn, causes: Sequence[int]) -> list[int]:
    """Alerts that fire and call nobody because one of these fires, too."""
    cursor = await conn.execute(INHIBITED_BY, {"causes": list(causes)}, prepare=True)
    return [int(row[0]) for row in await cursor.fetchall()]


async def list_silenced_by(conn: Conn, silence_id: UUID) -> list[int]:
    """Alerts that fire and call nobody because of this silence, and perhaps of others."""
    cursor = await conn.execute(SILENCED_BY, {"silences": [silence_id]})
    return [int(row[0]) for row in await cursor.fetchall()]


class PagingAlert(NamedTuple):
    """A firing alert that has called somebody; `prio` 0: it says critical."""

    service: str
    id: int
    title: str
    prio: int


async def list_paging(conn: Conn, services: Sequence[str], limit: int) -> list[PagingAlert]:
    """What fires on these services in groups of high urgency whose incident is open: of each group the gravest."""
    cursor = await conn.execute(
        """
        select g.service, a.id, a.title, a.prio
        from alert_group g cross join lateral (
            select a.id, a.title, r.prio from alert a join alert_routing r on r.id = a.routing_id
            where a.group_id = g.id and a.state = 'firing' order by r.prio, a.id limit %(limit)s
        ) a
        where g.service = any(%(services)s) and g.closed_at is null and g.cleared_at is null and g.urgency = 'high'
        order by g.service, a.prio, a.id
        """,
        {"services": list(services), "limit": limit},
    )
    return [PagingAlert(*row) for row in await cursor.fetchall()]


async def list_firing_of_group(conn: Conn, group_id: int) -> list[int]:
    cursor = await conn.execute(
        "select id from alert where group_id = %s and state = 'firing' order by id", (group_id,)
    )
    return [int(row[0]) for row in await cursor.fetchall()]


async def list_firing_with(conn: Conn, wanted: dict[str, str]) -> list[tuple[int, dict[str, str]]]:
    """Firing alerts that carry these labels (exact values), at most twenty thousand."""
    cursor = await conn.execute(
        "select id, labels from alert where state = 'firing' and labels @> %s order by id limit 20000",
        (as_jsonb(wanted),),
    )
    return [(int(row[0]), row[1]) for row in await cursor.fetchall()]


EXPIRE: LiteralString = """
with due as (
    select a.id, greatest(a.lease_until, s.lease_until) as lease_until
    from alert a left join alert_seen s on s.alert_id = a.id
    where a.state = 'firing' and a.lease_until <= %(now)s and (s.lease_until is null or s.lease_until <= %(now)s)
        and (%(ids)b::bigint[] is null or a.id = any(%(ids)b))
    order by a.id for update of a
), gone as (
    update alert a set state = 'stale', ended_at = due.lease_until, ended_by = 'stale',
        changed_at = (a.changed_at || %(now)s::timestamptz)[greatest(1, cardinality(a.changed_at) - 2):]
    from due where a.id = due.id
    returning a.id, a.title, a.scope_id, a.ended_at
), told as (
    insert into ledger (at, kind, topic, scope_id, actor, sentence, data)
    select %(now)s, 'AlertEnded', 'alert/' || id, scope_id, 'tocsin',
        title || ': went stale, its source has not sent it again in time',
        jsonb_build_object('alert_id', id, 'how', 'stale', 'ended_at', ended_at)
    from gone
)
select id from gone order by id
"""

NEXT_EXPIRY: LiteralString = """
select min(greatest(a.lease_until, s.lease_until))
from alert a left join alert_seen s on s.alert_id = a.id
where a.state = 'firing' and a.lease_until is not null
"""

IS_ANY_FIRING: LiteralString = """
select exists (select from alert where group_id = %(group)s and state = 'firing')
    or exists (select from alert where group_id = %(group)s and flaps_since is not null and is_current)
"""


async def expire_alerts(conn: Conn, now: datetime, ids: Sequence[int] | None = None) -> list[int]:
    """Firing alerts (of these, or of all) whose lease is over become stale, with their ledger entries. Returns their
    ids."""
    cursor = await conn.execute(EXPIRE, {"now": now, "ids": None if ids is None else list(ids)})
    return [int(row[0]) for row in await cursor.fetchall()]


async def next_expiry(conn: Conn) -> datetime | None:
    """When the first lease of a firing alert runs out."""
    cursor = await conn.execute(NEXT_EXPIRY)
    row = await cursor.fetchone()
    return None if row is None else row[0]


async def end_by_person(conn: Conn, ids: Sequence[int], actor: str, now: datetime) -> list[int]:
    """Firing or stale alerts that a person closes, with their ledger entries. Returns those that were open."""
    cursor = await conn.execute(
        """
        with held as (
            select id from alert where id = any(%(ids)b) and state <> 'resolved' order by id for update
        ), gone as (
            update alert a set state = 'resolved', ended_at = %(now)s, ended_by = 'person',
                flaps_since = null, flaps_told = false
            from held where a.id = held.id
            returning a.id, a.title, a.scope_id
        ), told as (
            insert into ledger (at, kind, topic, scope_id, actor, sentence, data)
            select %(now)s, 'AlertEnded', 'alert/' || id, scope_id, %(actor)s, title || ': closed by ' || %(actor)s,
                jsonb_build_object('alert_id', id, 'how', 'person', 'ended_at', %(now)s::timestamptz)
            from gone
        )
        select id from gone order by id
        """,
        {"ids": list(ids), "actor": actor, "now": now},
    )
    return [int(row[0]) for row in await cursor.fetchall()]
