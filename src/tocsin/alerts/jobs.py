"""What a worker runs for alerts. Each handler is one transaction, ended together with its job."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from tocsin.alerts import flaps, groups, heartbeat_service, maintenances, rerouting, silences
from tocsin.alerts.grouping import is_late
from tocsin.alerts.muting import RELEASE_JOB, TURN_JOB
from tocsin.alerts.rulebook import REROUTE_JOB
from tocsin.kernel import jobs
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.retry import Retry
from tocsin.kernel.tx import Tx

_ABSORBED_JOBS = 50
_ABSORBED_ALERTS = 1000
"""Reading more of them at once would keep the worker's other lanes waiting: its rows are read in one go (ALR-6)."""


async def group(held: Held) -> None:
    """Many alerts at once; when that fails, by halves, so that one of which the program makes nothing, or more than
    can be done in the time, keeps no other from its page."""
    if held.attempts > 1 and len(held.payload["alert_ids"]) > 1:
        await _halve(held)
        return
    async with held.finish() as tx:
        payloads = await _gather(tx, held) if held.attempts == 1 else [held.payload]
        await groups.group_alerts(
            tx,
            _joined(payloads, "alert_ids"),
            resumed=_joined(payloads, "resumed"),
            acknowledged=_joined(payloads, "acknowledged"),
        )


async def _gather(tx: Tx, held: Held) -> list[dict[str, Any]]:
    """What is done along with it. After an outage the newest go first: this one, as the oldest, waits once more
    (REL-8). Else what waits behind it and would lock the same groups one after the other – but for urgent ones, which
    do not wait for each other."""
    limit = max(1, min(_ABSORBED_JOBS, _ABSORBED_ALERTS // len(held.payload["alert_ids"])))
    late = is_late(held.run_at, tx.now)
    if held.prio == 0 and not late:
        return [held.payload]
    others = await jobs.absorb(tx, kind=held.kind, lane=held.lane, prio=held.prio, now=tx.now, limit=limit, newest=late)
    if not late or not others:
        return [held.payload, *others]
    await jobs.enqueue(
        tx, jobs.NewJob(kind=held.kind, payload=held.payload, lane=held.lane, run_at=tx.now, prio=held.prio)
    )
    return others


def _joined(payloads: Sequence[dict[str, Any]], name: str) -> list[int]:
    return sorted({alert_id for payload in payloads for alert_id in payload.get(name, ())})


async def _halve(held: Held) -> None:
    ids = held.payload["alert_ids"]
    middle = len(ids) // 2
    async with held.finish() as tx:
        for half in (ids[:middle], ids[middle:]):
            payload = {**held.payload, "alert_ids": half}
            await jobs.enqueue(
                tx, jobs.NewJob(kind=groups.GROUP_JOB, payload=payload, lane=held.lane, run_at=tx.now, prio=held.prio)
            )


async def expire(held: Held) -> None:
    async with held.finish() as tx:
        await groups.expire(tx)


async def close(held: Held) -> None:
    async with held.finish() as tx:
        await groups.mark_closed(tx, held.payload["group_id"], closed=held.payload.get("closed", True))


async def release(held: Held) -> None:
    async with held.finish() as tx:
        await silences.release(tx, UUID(held.payload["silence_id"]))


async def settle(held: Held) -> None:
    async with held.finish() as tx:
        await groups.enqueue_grouping(tx, await flaps.settle(tx))


async def reroute(held: Held) -> None:
    async with held.finish() as tx:
        await groups.enqueue_grouping(tx, await rerouting.reroute(tx, held.payload["after_id"]))


async def turn_maintenance(held: Held) -> None:
    async with held.finish() as tx:
        await maintenances.turn(tx, held.payload["maintenance_id"], held.payload["services"])


async def watch_heartbeats(held: Held) -> None:
    async with held.finish() as tx:
        await heartbeat_service.watch(tx, held.db)


# An alert that was accepted and not grouped has called nobody, so none of these is given up within a night.
_PATIENT = Retry(attempts=1000, longest=timedelta(seconds=30))

PLACES = {"alerts.bulk": 2}
"""Transactions on the same groups wait for each other: few at once, each with many alerts."""

JOBS = (
    JobKind(name=groups.GROUP_JOB, lane=groups.LANE, handler=group, retry=_PATIENT),
    JobKind(name=groups.EXPIRE_JOB, lane=groups.LANE, handler=expire, retry=_PATIENT),
    JobKind(name=groups.CLOSE_JOB, lane=groups.LANE, handler=close, retry=_PATIENT),
    JobKind(name=RELEASE_JOB, lane=groups.LANE, handler=release, retry=_PATIENT),
    JobKind(name=flaps.SETTLE_JOB, lane=groups.LANE, handler=settle, retry=_PATIENT),
    JobKind(name=heartbeat_service.WATCH_JOB, lane=heartbeat_service.LANE, handler=watch_heartbeats, retry=_PATIENT),
    JobKind(name=REROUTE_JOB, lane=groups.LANE, handler=reroute, retry=_PATIENT),
    JobKind(name=TURN_JOB, lane=groups.LANE, handler=turn_maintenance, retry=_PATIENT),
)
