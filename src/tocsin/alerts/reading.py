"""What people and programs may read of alerts: lists, one alert, and why it went where it went (ALR-5, ALR-8)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from psycopg.rows import class_row

from tocsin.accounts.model import Viewer
from tocsin.alerts.grouping import group_labels
from tocsin.alerts.maintenance import IN_MAINTENANCE
from tocsin.alerts.model import Alert, AlertGroup, Disposition, EndedBy, State, Urgency
from tocsin.alerts.outcome import Outcome, Reason, Whereabouts, decide_outcome
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound
from tocsin.kernel.ledger import LedgerEntry, list_entries_about, list_last_entries

_ENTRIES = 200
"""Of an alert's own history: one that flaps for a night has more than anybody reads."""


_LOOKED_THROUGH = 2000
"""Alerts of which a fingerprint is made to find one by it."""


class AlertFilter(msgspec.Struct, frozen=True, kw_only=True):
    """What to list, newest first. `before_id` continues a list; `not_paged` keeps those that called nobody, `muted`
    those of them that a silence or an inhibition keeps quiet.
    """

    state: State | None = None
    service: str | None = None
    group_id: int | None = None
    integration: str | None = None
    disposition: Disposition | None = None
    not_paged: bool = False
    muted: bool = False
    before_id: int | None = None
    limit: int = 100


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """An alert with everything that was decided about it, for `explain`."""

    alert: Alert
    group: AlertGroup | None
    earlier: list[Alert]
    entries: list[LedgerEntry]
    words: list[str]


class _AlertRow(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    integration: str
    integration_id: int
    identity: Any
    occurrence: int
    state: str
    labels: dict[str, str]
    annotations: dict[str, str]
    title: str
    summary: str
    url: str
    severity_hint: str
    starts_at: datetime
    received_at: datetime
    updated_at: datetime
    last_seen_at: datetime
    lease_until: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    acknowledged_at: datetime | None
    repeat_count: int
    disposition: str
    reason: str
    route: int | None
    service: str | None
    severity: str | None
    urgency: str
    policy: str | None
    group_by: list[str] | None
    group_id: int | None
    muted_reason: str | None
    silenced_by: list[Any]
    inhibited_by: list[int]
    scope_id: int
    flaps_since: datetime | None


def _alert(row: _AlertRow) -> Alert:
    said = row.annotations.get("description") or row.annotations.get("message") or ""
    fields = msgspec.structs.asdict(row) | {
        "identity": row.identity.hex,
        "silenced_by": [str(each) for each in row.silenced_by],
        "summary": row.summary or said,
        "group_labels": group_labels(row.labels, row.group_by),
    }
    return msgspec.convert(fields, Alert)


async def list_alerts(conn: Conn, viewer: Viewer, wanted: AlertFilter | None = None) -> list[Alert]:
    """Newest first, only what the viewer may read."""
    return await _select(conn, viewer.scopes, wanted or AlertFilter())


async def get_alert(conn: Conn, viewer: Viewer, alert_id: int) -> Alert:
    """Raises NotFound, also for one that the viewer may not know of."""
    found = await find_alert(conn, viewer.scopes, alert_id)
    if found is None:
        raise NotFound(f"There is no alert {alert_id}.", "List them with: tocsin alerts")
    return found


async def find_alert(conn: Conn, scopes: Sequence[int], alert_id: int) -> Alert | None:
    found = await _select(conn, scopes, AlertFilter(before_id=alert_id + 1, limit=1))
    return found[0] if found and found[0].id == alert_id else None


async def find_current(conn: Conn, scopes: Sequence[int], integration_id: int, identity: str) -> Alert | None:
    """The latest firing period of an identity."""
    cursor = await conn.execute(
        "select id from alert where integration_id = %s and identity = %s and is_current", (integration_id, identity)
    )
    row = await cursor.fetchone()
    return None if row is None else await find_alert(conn, scopes, int(row[0]))


async def find_by_fingerprint(conn: Conn, viewer: Viewer, fingerprint: str) -> Alert | None:
    """The latest alert with Alertmanager's fingerprint, among those that fire and the latest others: nothing stores it,
    since it is slow to make.
    """
    firing = await _select(conn, viewer.scopes, AlertFilter(state=State.FIRING, limit=_LOOKED_THROUGH))
    latest = await _select(conn, viewer.scopes, AlertFilter(limit=_LOOKED_THROUGH))
    return next((alert for alert in (*firing, *latest) if alert.fingerprint == fingerprint), None)


async def list_group_alerts(conn: Conn, viewer: Viewer, group_id: int, *, limit: int = 200) -> list[Alert]:
    """The latest alerts of a group; `AlertGroup.alert_count` says how many there are in all."""
    return await _select(conn, viewer.scopes, AlertFilter(group_id=group_id, limit=limit))


async def list_of_integration(
    conn: Conn, scopes: Sequence[int], integration: str, state: State | None, limit: int
) -> list[Alert]:
    """What one integration has sent, newest first; `state` None: in any state."""
    return await _select(conn, scopes, AlertFilter(state=state, integration=integration, limit=limit))


async def list_firing(conn: Conn, scopes: Sequence[int], integration: str | None, limit: int) -> list[Alert]:
    """What fires by the last word of its sources, whether or not somebody was called."""
    return await _select(conn, scopes, AlertFilter(state=State.FIRING, integration=integration, limit=limit))


async def _select(conn: Conn, scopes: Sequence[int], wanted: AlertFilter) -> list[Alert]:
    async with conn.cursor(row_factory=class_row(_AlertRow)) as cursor:
        await cursor.execute(
            """
            select a.id, i.name as integration, a.integration_id, a.identity, a.occurrence, a.state, a.labels,
            a.annotations, a.title,
                a.summary, a.url, a.severity_hint, a.starts_at, a.received_at, a.updated_at,
                greatest(a.updated_at, s.last_seen_at) as last_seen_at,
                case when a.lease_until is not null then greatest(a.lease_until, s.lease_until) end as lease_until,
                a.ended_at, a.ended_by, a.acknowledged_at,
                coalesce(s.repeat_count, 0) as repeat_count, r.disposition, r.reason, r.route, r.service, r.severity,
                r.urgency, r.policy, r.group_by, a.group_id, a.muted_reason, a.silenced_by, a.inhibited_by,
                a.scope_id, a.flaps_since
            from alert a join integration i on i.id = a.integration_id join alert_routing r on r.id = a.routing_id
                left join alert_seen s on s.alert_id = a.id
            where a.scope_id = any(%(scopes)b)
                and (%(state)s::text is null or a.state = %(state)s)
                and (%(service)s::text is null or r.service = %(service)s)
                and (%(group_id)s::bigint is null or a.group_id = %(group_id)s)
                and (%(integration)s::text is null or i.name = %(integration)s)
                and (%(before_id)s::bigint is null or a.id < %(before_id)s)
                and (%(disposition)s::text is null or r.disposition = %(disposition)s)
                and (not %(muted)s or (a.muted_reason is not null and a.group_id is null))
                and (not %(not_paged)s or a.group_id is null or r.urgency = 'low')
            order by a.id desc limit %(limit)s
            """,
            msgspec.structs.asdict(wanted) | {"scopes": list(scopes)},
        )
        return [_alert(row) for row in await cursor.fetchall()]


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Of the alerts that fire now: how many, and how many of them call nobody, by what keeps them from it. `muted`:
    something else than a silence, an inhibition or a maintenance."""

    firing: int
    held: int
    dropped: int
    silenced: int
    inhibited: int
    maintenance: int
    muted: int


async def count_firing(conn: Conn, viewer: Viewer) -> Counts:
    """How many fire now that the viewer may read, and how many of them call nobody."""
    async with conn.cursor(row_factory=class_row(Counts)) as cursor:
        await cursor.execute(
            """
            select count(*) as firing, count(*) filter (where r.disposition = 'held') as held,
                count(*) filter (where r.disposition = 'dropped') as dropped,
                count(*) filter (where kept and a.silenced_by <> '{}') as silenced,
                count(*) filter (where kept and a.silenced_by = '{}' and a.inhibited_by <> '{}') as inhibited,
                count(*) filter (where kept and other and maintained) as maintenance,
                count(*) filter (where kept and other and not maintained) as muted
            from alert a join alert_routing r on r.id = a.routing_id,
                lateral (select a.muted_reason is not null and a.group_id is null as kept,
                    a.silenced_by = '{}' and a.inhibited_by = '{}' as other,
                    position(%(maintained)s in a.muted_reason) > 0 as maintained) as muting
            where a.state = 'firing' and a.scope_id = any(%(scopes)b)
            """,
            {"scopes": list(viewer.scopes), "maintained": IN_MAINTENANCE},
        )
        row = await cursor.fetchone()
    assert row is not None  # an aggregate gives one row
    return row


class _ReasonRow(msgspec.Struct, frozen=True, kw_only=True):
    is_grouped: bool
    urgency: str
    disposition: str
    is_silenced: bool
    is_inhibited: bool
    muted_reason: str | None
    reason: str
    is_firing: bool
    alerts: int
    latest_id: int


async def count_reasons(conn: Conn, viewer: Viewer, since: datetime) -> list[Reason]:
    """All alerts received since then that called nobody, by the reason, the most frequent first (ALR-8)."""
    async with conn.cursor(row_factory=class_row(_ReasonRow)) as cursor:
        await cursor.execute(
            """
            select a.group_id is not null as is_grouped, r.urgency, r.disposition, a.silenced_by <> '{}' as is_silenced,
                a.inhibited_by <> '{}' as is_inhibited, a.muted_reason, r.reason, a.state = 'firing' as is_firing,
                count(*) as alerts, max(a.id) as latest_id
            from alert a join alert_routing r on r.id = a.routing_id
            where a.received_at >= %(since)s and a.scope_id = any(%(scopes)b)
                and (a.group_id is null or r.urgency = 'low')
            group by 1, 2, 3, 4, 5, 6, 7, 8
            """,
            {"since": since, "scopes": list(viewer.scopes)},
        )
        return _joined_reasons(await cursor.fetchall())


def _whereabouts(row: _ReasonRow) -> Whereabouts:
    return Whereabouts(
        is_grouped=row.is_grouped,
        urgency=Urgency(row.urgency),
        disposition=Disposition(row.disposition),
        is_silenced=row.is_silenced,
        is_inhibited=row.is_inhibited,
        muted_reason=row.muted_reason,
        is_firing=row.is_firing,
    )


def _joined_reasons(rows: Sequence[_ReasonRow]) -> list[Reason]:
    found: dict[tuple[Outcome, str], Reason] = {}
    for row in rows:
        outcome = decide_outcome(_whereabouts(row))
        reason = row.reason if row.is_grouped else row.muted_reason or row.reason
        before = found.get((outcome, reason))
        found[outcome, reason] = Reason(
            outcome=outcome,
            reason=reason,
            alerts=row.alerts + (before.alerts if before else 0),
            firing=row.alerts * row.is_firing + (before.firing if before else 0),
            latest_id=max(row.latest_id, before.latest_id if before else 0),
        )
    return sorted(found.values(), key=lambda each: (-each.alerts, each.outcome, each.reason))


async def find_group(conn: Conn, group_id: int) -> AlertGroup | None:
    async with conn.cursor(row_factory=class_row(_GroupRow)) as cursor:
        await cursor.execute(
            """
            select id, title, labels, service, severity, urgency, policy, opened_at, last_alert_at, cleared_at,
                closed_at, alert_count, scope_id
            from alert_group where id = %s
            """,
            (group_id,),
        )
        row = await cursor.fetchone()
        return None if row is None else msgspec.convert(msgspec.structs.asdict(row), AlertGroup)


class _GroupRow(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    title: str
    labels: dict[str, str]
    service: str | None
    severity: str | None
    urgency: str
    policy: str | None
    opened_at: datetime
    last_alert_at: datetime
    cleared_at: datetime | None
    closed_at: datetime | None
    alert_count: int
    scope_id: int


async def explain_alert(conn: Conn, viewer: Viewer, alert_id: int) -> Explanation:
    """Why the alert went where it went, and why somebody or nobody was called. Raises NotFound."""
    alert = await get_alert(conn, viewer, alert_id)
    group = await find_group(conn, alert.group_id) if alert.group_id is not None else None
    entries = await list_last_entries(conn, f"alert/{alert.id}", limit=_ENTRIES)
    if group is not None:
        entries += await list_entries_about(conn, f"alert-group/{group.id}", "alert_ids", alert.id)
    return Explanation(
        alert=alert,
        group=group,
        earlier=await _list_occurrences(conn, viewer, alert),
        entries=sorted(entries, key=lambda entry: entry.id),
        words=explain_in_words(alert, group),
    )


async def _list_occurrences(conn: Conn, viewer: Viewer, alert: Alert) -> list[Alert]:
    """Earlier firing periods of the same identity, latest first, at most ten."""
    cursor = await conn.execute(
        """
        select a.id from alert a join integration i on i.id = a.integration_id
        where i.name = %s and a.identity = %s and a.id < %s and a.scope_id = any(%b) order by a.id desc limit 10
        """,
        (alert.integration, alert.identity, alert.id, list(viewer.scopes)),
    )
    return [await get_alert(conn, viewer, int(row[0])) for row in await cursor.fetchall()]


def explain_in_words(alert: Alert, group: AlertGroup | None) -> list[str]:
    """The decisions in the order in which they were made, a sentence each."""
    again = f"; it has fired {alert.occurrence} times so far" if alert.occurrence > 1 else ""
    words = [f"{alert.title} came from {alert.integration} at {alert.received_at:%Y-%m-%d %H:%M:%S} UTC{again}."]
    words.append(f"Routing: {alert.reason}.")
    if alert.muted_reason is not None:
        words.append(f"Nobody was called: {alert.muted_reason}.")
    if group is not None:
        more = "the only alert so far" if group.alert_count == 1 else f"one of {group.alert_count} alerts"
        words.append(f"Grouping: it is {more} of group {group.id}, opened {group.opened_at:%Y-%m-%d %H:%M:%S} UTC.")
        if group.urgency is Urgency.LOW:
            words.append("Its urgency is low, so it wakes nobody.")
    if alert.flaps_since is not None:
        since = f"since {alert.flaps_since:%H:%M:%S} UTC"
        words.append(f"It flaps {since}: it is held as one, and calls nobody anew until it has been quiet for a while.")
    if alert.acknowledged_at is not None:
        words.append(f"It was acknowledged at its source at {alert.acknowledged_at:%H:%M:%S} UTC.")
    if alert.ended_at is not None and alert.ended_by is not None:
        how = {
            EndedBy.SOURCE: "its source said so",
            EndedBy.STALE: "its source did not send it again in time",
            EndedBy.PERSON: "a person closed it",
        }[alert.ended_by]
        words.append(f"It ended at {alert.ended_at:%Y-%m-%d %H:%M:%S} UTC: {how}.")
    return words
