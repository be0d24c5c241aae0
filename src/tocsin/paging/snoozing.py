"""Quiet for a while (PAG-4): whoever has it wants to be called again later, unless it is resolved by then."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from tocsin.delivery.model import URGENT
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid
from tocsin.kernel.tx import Tx
from tocsin.paging import climbing, escalation, maintenance, quiet_store, sentences, store
from tocsin.paging.commands import check
from tocsin.paging.events import IncidentSnoozed, SnoozeEnded
from tocsin.paging.model import BY_NAME, Run, RunState, Target, TargetKind
from tocsin.paging.moves import Move

END_SNOOZE = "paging.end_snooze"
SHORTEST, LONGEST = timedelta(minutes=1), timedelta(hours=24)
_STILL_OPEN = "The quiet that was asked for is over, and it is not resolved"


async def snooze(tx: Tx, incident_id: int, by: str, via: str, quiet: timedelta, reason: str = "") -> None:
    """`by` has it, and nobody is called until `quiet` has passed; then they are again, unless it is resolved.

    A second one takes the place of the first. Raises Invalid for a length out of range, Refused when it is over.
    """
    if not SHORTEST <= quiet <= LONGEST:
        raise Invalid(
            "An incident is quiet for 1 minute to 24 hours.",
            "To end it: tocsin resolve. To silence alerts: tocsin silence.",
            field="minutes",
        )
    incident, run, _ = await check(tx, incident_id, by, Move.SNOOZE)
    if incident.acknowledged_by != by or run is None or run.state is not RunState.ACKNOWLEDGED:
        incident = await incidents.acknowledge(tx, incident_id, by, via)
        run = await store.find_latest_run(tx.conn, incident_id)
    assert run is not None, "every incident has a run from its declaration on"
    until = tx.now + quiet
    await store.update_run_snoozed(tx.conn, run.id, until)
    await jobs.cancel(tx, key=_key(run.id))
    await _arm(tx, run.id, until)
    await tx.emit(
        IncidentSnoozed(
            **incidents.about(incident, by),
            sentence=sentences.snoozed(by, until, reason),
            run_id=run.id,
            until=until,
            reason=reason,
        )
    )


async def end_in_time(tx: Tx, run_id: int) -> None:
    """The timer of a snooze. Does nothing when something else has ended it; put back when it was made longer."""
    known = await store.find_run(tx.conn, run_id)
    if known is None:
        return
    incident = await incidents.lock(tx, known.incident_id)
    run = await store.find_latest_run(tx.conn, incident.id)
    if run is None or run.id != run_id or run.snoozed_until is None or not incident.is_open:
        return
    if not escalation.is_due(run.snoozed_until, tx.now):
        await _arm(tx, run_id, run.snoozed_until)
        return
    if await maintenance.hold_back(tx, incident):
        await store.update_run_snoozed(tx.conn, run.id, None)
        return
    await _call_again(tx, incident, run, f"the quiet until {run.snoozed_until:%H:%M} UTC is over", _STILL_OPEN)


async def end_early(tx: Tx, incident: Incident, because: str) -> None:
    """Something has changed for the worse (a raised severity): quiet is what nobody would want now."""
    run = await store.find_latest_run(tx.conn, incident.id)
    if run is None or run.snoozed_until is None or not incident.is_open:
        return
    await jobs.cancel(tx, key=_key(run.id))
    await _call_again(tx, incident, run, because, because)


async def _call_again(tx: Tx, incident: Incident, run: Run, because: str, again: str) -> None:
    """Whoever has it; when they cannot be called, the ladder from its first step."""
    await tx.emit(
        SnoozeEnded(**incidents.about(incident), sentence=sentences.snooze_over(because), run_id=run.id, reason=because)
    )
    holder = incident.acknowledged_by or ""
    if holder.startswith("@"):
        target = Target(TargetKind.USER, holder[1:])
        if await climbing.call_by_name(tx, incident, run, (target,), because, again):
            return
    await climbing.climb_at_once(tx, incident, replace(run, round=0, step=BY_NAME), because)


async def list_quiet(conn: Conn, incident_ids: Sequence[int]) -> dict[int, datetime]:
    """Until when somebody wants quiet, by incident, of those of which somebody does."""
    return await quiet_store.list_quiet(conn, incident_ids)


def _key(run_id: int) -> str:
    return f"snooze:{run_id}"


async def _arm(tx: Tx, run_id: int, until: datetime) -> None:
    await jobs.enqueue(
        tx,
        jobs.NewJob(
            kind=END_SNOOZE,
            payload={"run_id": run_id},
            lane=climbing.TIMERS,
            run_at=until,
            prio=URGENT,
            key=_key(run_id),
        ),
    )
