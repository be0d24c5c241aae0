"""Alerts of one cause become one group, and the group tells the packages above (ALR-6): decided under the group
row's lock.

Everything here looks at how alerts stand now, not at what happened to them: a job that runs twice, or late, does no
harm.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple
from uuid import UUID

from tocsin.alerts import flaps, group_store, rerouting
from tocsin.alerts.dependencies import DependsOn
from tocsin.alerts.events import (
    AlertAcknowledgedAtSource,
    AlertGroupCleared,
    AlertsDropped,
    AlertsGrouped,
    AlertsHeld,
)
from tocsin.alerts.group_store import GroupableAlert
from tocsin.alerts.grouping import GroupStanding, Joining, decide_joining, lateness, until_now
from tocsin.alerts.heartbeats import IDENTITY as HEARTBEAT
from tocsin.alerts.model import Disposition, State, Urgency, says_critical
from tocsin.alerts.muting import Muting, find_mutings
from tocsin.alerts.muting_store import InForce, in_force_at
from tocsin.catalog import service as catalog
from tocsin.kernel import jobs
from tocsin.kernel.questions import ask, ask_one
from tocsin.kernel.tx import Tx

LANE = "alerts"
GROUP_JOB = "alerts.group"
EXPIRE_JOB = "alerts.expire"
CLOSE_JOB = "alerts.close"

_AT_ONCE = 1000
_SECOND_LOOK = timedelta(seconds=5)

_UNCALLED = "ended before it was grouped, so nobody was called"


async def group_alerts(
    tx: Tx, ids: Sequence[int], *, resumed: Sequence[int] = (), acknowledged: Sequence[int] = ()
) -> None:
    """Bring the groups of these alerts up to date: join, reopen, open, mute, clear, tell of acknowledgements."""
    latest, locked, in_force, depends_on, expiry_at = await ask(
        tx.conn,
        group_store.latest_groups_locked(ids),
        group_store.groupable_locked(ids),
        in_force_at(tx.now),
        catalog.DEPENDENCIES,
        jobs.due_of(EXPIRE_JOB),
    )
    alerts = await _as_they_stand(tx, locked)
    firing = [alert for alert in alerts if alert.state == State.FIRING]
    routed = [alert for alert in firing if alert.disposition == Disposition.ROUTED]
    await _tell_unrouted(tx, [alert for alert in firing if alert.disposition != Disposition.ROUTED])
    joining = await _mute(tx, [alert for alert in routed if alert.group_id is None], in_force, depends_on)
    back = [alert for alert in routed if alert.group_id is not None and alert.id in resumed]
    joining += [alert for alert in back if not _is_burning(latest.get(alert.group_key), alert)]
    joining = await flaps.take_back(tx, joining, latest)
    by_key: dict[UUID, list[GroupableAlert]] = {}
    for alert in joining:
        by_key.setdefault(alert.group_key, []).append(alert)
    joined = [await _join(tx, by_key[key], latest.get(key)) for key in sorted(by_key)]
    for event in sorted(joined, key=_urgent_and_new_first):
        await tx.tell(event)
    await flaps.tell(tx, alerts)
    await _end(tx, [alert for alert in alerts if alert.state != State.FIRING])
    await _tell_acknowledged(tx, alerts, acknowledged)
    await _arm_earlier_expiry(tx, (alert.lease_until for alert in firing), expiry_at)


async def _as_they_stand(tx: Tx, alerts: list[GroupableAlert]) -> list[GroupableAlert]:
    """One whose lease ran out while it waited fires no more, whether or not its row says so yet."""
    if not any(alert.state == State.FIRING and alert.lease_until and alert.lease_until <= tx.now for alert in alerts):
        return alerts
    ids = [alert.id for alert in alerts]
    await group_store.expire_alerts(tx.conn, tx.now, ids)
    return await ask_one(tx.conn, group_store.groupable_locked(ids))


def _urgent_and_new_first(event: AlertsGrouped) -> tuple[bool, float]:
    """The order in which people are called (REL-8); groups are locked in the order of their keys before."""
    return not says_critical(event.severity_hint), -event.first_seen.timestamp()


def _is_burning(group: GroupStanding | None, alert: GroupableAlert) -> bool:
    """Whether the alert's own group still burns: then its coming back is nothing new to anybody."""
    return group is not None and group.id == alert.group_id and group.cleared_at is None and group.closed_at is None


class Counted(NamedTuple):
    """How many alerts joined a group for the first time now, and how many ever did."""

    fresh: int
    total: int


async def _join(tx: Tx, members: list[GroupableAlert], latest: GroupStanding | None) -> AlertsGrouped:
    """Returns what is to be told of it."""
    first = members[0]
    decision = decide_joining(latest, max(alert.group_window for alert in members), tx.now)
    joining, group_id, fresh, total = decision.joining, None, len(members), len(members)
    if joining is Joining.NEW:
        if latest is not None:
            await group_store.update_group_superseded(tx.conn, latest.id)
        opening = group_store.inserting_group(members, tx.now)
        group_id = await catalog.ask_along(tx, opening, first.service)  # it will be looked up for the incident
        if group_id is None:  # another transaction opened it between our look and our insert
            latest = await group_store.lock_latest_group(tx.conn, first.group_key)
            decision = decide_joining(latest, first.group_window, tx.now)
            joining = decision.joining
    if group_id is None:
        assert latest is not None
        group_id = latest.id
        fresh = sum(alert.group_id is None for alert in members)
        total = await group_store.update_group_joined(tx.conn, group_id, fresh, tx.now)
        await group_store.update_alerts_grouped(tx.conn, [alert.id for alert in members], group_id)
    relapsed = joining is Joining.ATTACH and latest is not None and latest.cleared_at is not None
    counted = Counted(fresh, total)
    return _grouped(members, group_id, joining, counted, relapsed, decision.reason, tx.now)


def _grouped(
    members: list[GroupableAlert],
    group_id: int,
    joining: Joining,
    counted: Counted,
    relapsed: bool,
    why: str,
    now: datetime,
) -> AlertsGrouped:
    first = members[0]
    lead = next((alert for alert in members if says_critical(alert.severity_hint)), first)
    more = f" and {len(members) - 1} more" if len(members) > 1 else ""
    verb = {Joining.NEW: "opened a group", Joining.ATTACH: "joined its group", Joining.REOPEN: "reopened its group"}
    again = ", fires again" if relapsed else ""
    return AlertsGrouped(
        topic=f"alert-group/{group_id}",
        sentence=f"{first.title}{more} {verb[joining]}{again}; {first.reason}",
        scope_id=first.scope_id,
        group_id=group_id,
        opened=joining is Joining.NEW,
        reopened=joining is Joining.REOPEN,
        relapsed=relapsed,
        title=lead.title,
        summary=lead.summary,
        url=lead.url,
        severity=first.severity,
        severity_hint=lead.severity_hint,
        facts=first.facts,
        service=first.service,
        policy=first.policy,
        urgency=Urgency(first.urgency),
        alert_ids=[alert.id for alert in members],
        fresh=counted.fresh,
        total=counted.total,
        labels=first.group_labels,
        is_heartbeat=first.identity.hex == HEARTBEAT,
        reason="; ".join(filter(None, (first.reason, why, until_now(first.muted_reason)))),
        late=_late(members, now),
        first_seen=min(alert.received_at for alert in members),
        started_at=min(alert.starts_at for alert in members),
    )


def _late(members: Sequence[GroupableAlert], now: datetime) -> str:
    """Of those that come for the first time: what was muted until now was not kept waiting by us."""
    fresh = [alert.received_at for alert in members if alert.muted_reason is None and alert.group_id is None]
    return lateness(min(fresh), now) if fresh else ""


async def _mute(tx: Tx, alerts: list[GroupableAlert], in_force: InForce, depends_on: DependsOn) -> list[GroupableAlert]:
    """Mute what a silence or an inhibition covers; returns the others (ALR-7)."""
    if not alerts:
        return []
    free: list[GroupableAlert] = []
    muted: dict[Muting, list[int]] = {}
    for alert, muting in await find_mutings(tx.conn, alerts, in_force, depends_on, tx.now):
        if muting is None:
            free.append(alert)
        else:
            muted.setdefault(muting, []).append(alert.id)
    for muting, ids in muted.items():
        await _keep_muted(tx, muting, ids, news={alert.id for alert in alerts if alert.muted_reason != muting.reason})
    return free


async def _keep_muted(tx: Tx, muting: Muting, ids: list[int], news: set[int]) -> None:
    """`news`: alerts that were not muted for this reason before."""
    await group_store.update_alerts_muted(tx.conn, ids, muting.reason, muting.silences, muting.inhibitors)
    await jobs.enqueue(tx, *muting.release_jobs())
    told = [id for id in ids if id in news]
    if told:
        await _tell_held(tx, told, muting.reason)
    if told and muting.inhibitors:  # a cause that ends at this moment does not see yet what it inhibits
        await enqueue_grouping(tx, told, run_at=tx.now + _SECOND_LOOK)


async def _tell_held(tx: Tx, ids: list[int], reason: str) -> None:
    sentence = f"{_count(ids)} held: {reason}"
    await tx.emit(AlertsHeld(topic="alerts", sentence=sentence, alert_ids=ids, reason=reason))


async def _tell_unrouted(tx: Tx, alerts: list[GroupableAlert]) -> None:
    """Held and dropped by a route: visible, with the route's own word (ALR-8)."""
    by_reason: dict[tuple[str, str], list[int]] = {}
    for alert in alerts:
        by_reason.setdefault((alert.disposition, alert.reason), []).append(alert.id)
    for (disposition, reason), ids in by_reason.items():
        if disposition == Disposition.DROPPED:
            sentence = f"{_count(ids)} {reason}"
            await tx.emit(AlertsDropped(topic="alerts", sentence=sentence, alert_ids=ids, reason=reason))
        else:
            await _tell_held(tx, ids, reason)
            await rerouting.arm_turn(tx)


def _count(ids: Sequence[int]) -> str:
    return "1 alert" if len(ids) == 1 else f"{len(ids)} alerts"


async def _end(tx: Tx, ended: list[GroupableAlert]) -> None:
    """Alerts that fire no more: clear the groups in which nothing fires now, and release what they inhibited."""
    never = [alert.id for alert in ended if alert.group_id is None and alert.disposition == Disposition.ROUTED]
    unexplained = [alert.id for alert in ended if alert.id in never and alert.muted_reason is None]
    if unexplained:
        await group_store.update_alerts_muted(tx.conn, unexplained, _UNCALLED, (), ())
    by_group: dict[int, list[GroupableAlert]] = {}
    for alert in ended:
        if alert.group_id is not None:
            by_group.setdefault(alert.group_id, []).append(alert)
    for group in await group_store.lock_groups(tx.conn, list(by_group)) if by_group else ():
        if group.cleared_at is None and not await group_store.is_any_firing(tx.conn, group.id):
            await group_store.update_group_cleared(tx.conn, group.id, tx.now)
            await tx.emit(_cleared(group.id, by_group[group.id], tx.now))
    await _release_inhibited(tx, [alert.id for alert in ended])


def _cleared(group_id: int, ended: list[GroupableAlert], now: datetime) -> AlertGroupCleared:
    how = _how_ended(ended)
    said = {
        "source": "its sources say that nothing fires any more",
        "stale": "nothing is reported as firing any more, but a source fell silent instead of saying so",
        "person": "a person closed the last of its alerts",
    }
    at = max((alert.ended_at or now for alert in ended), default=now)
    return AlertGroupCleared(
        topic=f"alert-group/{group_id}",
        sentence=f"The group is clear: {said[how]}",
        scope_id=ended[0].scope_id,
        group_id=group_id,
        how=how,
        at=at,
    )


def _how_ended(ended: Iterable[GroupableAlert]) -> Literal["source", "stale", "person"]:
    ways = {alert.ended_by for alert in ended}
    if "stale" in ways:
        return "stale"
    return "person" if "person" in ways else "source"


async def _release_inhibited(tx: Tx, ended: Sequence[int]) -> None:
    if not ended:
        return
    await enqueue_grouping(tx, await group_store.list_inhibited_by(tx.conn, ended))


async def _tell_acknowledged(tx: Tx, alerts: list[GroupableAlert], acknowledged: Sequence[int]) -> None:
    """Of those that may have joined their group only here, or have been given back since."""
    taken = await group_store.list_acknowledged(tx.conn, acknowledged) if acknowledged else {}
    for alert in alerts:
        group_id = taken.get(alert.id)
        if group_id is None:
            continue
        by = alert.acknowledged_by or "its source"
        await tx.emit(
            AlertAcknowledgedAtSource(
                topic=f"alert-group/{group_id}",
                sentence=f"{alert.title} was acknowledged at its source by {by}",
                scope_id=alert.scope_id,
                group_id=group_id,
                alert_id=alert.id,
                by=by,
            )
        )


async def arm_expiry(tx: Tx, leases: Sequence[datetime | None]) -> None:
    """The one expiry timer stands at the first lease to run out; a look is cheaper than a lock on its row."""
    if any(leases):
        await _arm_earlier_expiry(tx, leases, await jobs.find_due(tx.conn, EXPIRE_JOB))


async def _arm_earlier_expiry(tx: Tx, leases: Iterable[datetime | None], armed_for: datetime | None) -> None:
    """`armed_for`: where the timer stood at a look in this transaction. One that has run since has seen the leases."""
    first = min((lease for lease in leases if lease is not None), default=None)
    if first is not None and (armed_for is None or armed_for > first):
        await jobs.enqueue(tx, _expiry_at(first))


def _expiry_at(run_at: datetime) -> jobs.NewJob:
    return jobs.NewJob(kind=EXPIRE_JOB, payload={}, lane=LANE, run_at=run_at, key=EXPIRE_JOB)


async def expire(tx: Tx) -> None:
    """Leases that ran out: their alerts are stale, their groups are looked at, the timer stands at the next
    (ALR-4)."""
    await enqueue_grouping(tx, await group_store.expire_alerts(tx.conn, tx.now))
    following = await group_store.next_expiry(tx.conn)
    if following is not None:
        await jobs.enqueue(tx, _expiry_at(following))


async def close_group(tx: Tx, group_id: int) -> None:
    """The group's incident is over: later alerts reopen it within the window, or begin a new group.

    Done by a job, because callers hold the incident's lock, and grouping takes the group's before the incident's.
    """
    await _enqueue_closing(tx, group_id, closed=True)


async def reopen_group(tx: Tx, group_id: int) -> None:
    """The group's incident goes on: later alerts join it, and it says when all is clear. Of this and `close_group`
    the later word counts."""
    await _enqueue_closing(tx, group_id, closed=False)


async def _enqueue_closing(tx: Tx, group_id: int, *, closed: bool) -> None:
    payload = {"group_id": group_id, "closed": closed}
    key = f"{CLOSE_JOB}:{group_id}"
    await jobs.enqueue(tx, jobs.NewJob(kind=CLOSE_JOB, payload=payload, lane=LANE, run_at=tx.now, prio=0, key=key))


async def mark_closed(tx: Tx, group_id: int, *, closed: bool = True) -> None:
    """What `close_group` and `reopen_group` have asked for."""
    await group_store.update_group_closed(tx.conn, group_id, tx.now if closed else None)
    if closed:
        await _release_inhibited(tx, await group_store.list_firing_of_group(tx.conn, group_id))


async def enqueue_grouping(tx: Tx, ids: Sequence[int], run_at: datetime | None = None) -> None:
    """One job for each thousand, so that each is done in the time a job has."""
    chunks = [list(ids[start : start + _AT_ONCE]) for start in range(0, len(ids), _AT_ONCE)]
    at = run_at or tx.now
    grouping = (jobs.NewJob(kind=GROUP_JOB, payload={"alert_ids": ids}, lane=LANE, run_at=at) for ids in chunks)
    await jobs.enqueue(tx, *grouping)
