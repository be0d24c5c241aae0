"""What becomes of alerts that flap: they return to their group without a word, the group is told once, and they are
released when they have been quiet for long enough (ALR-7). When an alert flaps is `flapping`.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from tocsin.alerts import flap_store, flapping, group_store
from tocsin.alerts.events import AlertFlaps, AlertSettled
from tocsin.alerts.group_store import GroupableAlert
from tocsin.alerts.grouping import GroupStanding
from tocsin.alerts.model import State
from tocsin.kernel import jobs
from tocsin.kernel.tx import Tx

SETTLE_JOB = "alerts.settle"
_LANE = "alerts"
_MINUTES = flapping.QUIET // timedelta(minutes=1)


async def take_back(
    tx: Tx, joining: Sequence[GroupableAlert], latest: Mapping[UUID, GroupStanding]
) -> list[GroupableAlert]:
    """Alerts that flap join their group, while it burns, as news to nobody; returns the others."""
    others: list[GroupableAlert] = []
    back: dict[int, list[GroupableAlert]] = {}
    for alert in joining:
        group = latest.get(alert.group_key)
        if alert.flaps_since is None or group is None or group.cleared_at or group.closed_at:
            others.append(alert)
        else:
            back.setdefault(group.id, []).append(alert)
    for group_id, alerts in back.items():
        fresh = sum(alert.group_id is None for alert in alerts)
        await group_store.update_group_joined(tx.conn, group_id, fresh, tx.now)
        await group_store.update_alerts_grouped(tx.conn, [alert.id for alert in alerts], group_id)
    return others


async def tell(tx: Tx, alerts: Sequence[GroupableAlert]) -> None:
    """Says of each that has begun to flap that it is held as one, and arms the look at whether it still does."""
    flap = [alert.id for alert in alerts if alert.flaps_since is not None]
    if not flap:
        return
    await _arm(tx)
    for alert in await flap_store.mark_flaps_told(tx.conn, flap):
        await tx.emit(
            AlertFlaps(
                topic=f"alert-group/{alert.group_id}",
                sentence=f"{alert.title} flaps: {flapping.CHANGES} changes within {_MINUTES} minutes. It is held as "
                f"one, and calls nobody anew until it has been quiet for {_MINUTES} minutes",
                scope_id=alert.scope_id,
                group_id=alert.group_id,
                alert_id=alert.id,
                since=alert.since,
            )
        )


async def _arm(tx: Tx) -> None:
    first = await flap_store.find_first_flap(tx.conn)
    if first is None:
        return
    due = first + flapping.QUIET
    armed_for = await jobs.find_due(tx.conn, SETTLE_JOB)
    if armed_for is None or armed_for > due:
        await jobs.enqueue(tx, jobs.NewJob(kind=SETTLE_JOB, payload={}, lane=_LANE, run_at=due, key=SETTLE_JOB))


async def settle(tx: Tx) -> list[int]:
    """Releases those that have been quiet; returns them, whose groups have to be looked at."""
    settled = await flap_store.settle(tx.conn, tx.now - flapping.QUIET)
    for alert in settled:
        now = "still fires" if alert.state == State.FIRING else "does not fire"
        await tx.emit(
            AlertSettled(
                topic=f"alert/{alert.id}" if alert.group_id is None else f"alert-group/{alert.group_id}",
                sentence=f"{alert.title} has settled: no change for {_MINUTES} minutes; it {now}",
                scope_id=alert.scope_id,
                group_id=alert.group_id,
                alert_id=alert.id,
            )
        )
    await _arm(tx)
    return [alert.id for alert in settled]
