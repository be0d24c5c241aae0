"""When the next update of an incident is due, and who is reminded of it (COM-2, ROL-1).

It begins with the acknowledgement – before that paging is at work –, begins anew with each update, and ends with the
incident. One timer an incident, which is armed for the next instant at which something can happen.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from tocsin.catalog import service as catalog
from tocsin.catalog.severity import Level
from tocsin.comms import messages, people, rules, store
from tocsin.comms.events import UpdateOverdue, UpdateReminded
from tocsin.comms.model import Cadence
from tocsin.comms.rules import Reminder, Step
from tocsin.comms.sentences import overdue, reminded
from tocsin.incidents import service as incidents
from tocsin.incidents.classifying import find_level
from tocsin.incidents.events import IncidentAcknowledged, IncidentResolved, SeverityChanged, TeamSizeChanged
from tocsin.incidents.model import Incident, TeamSize
from tocsin.incidents.roles import cadence_of, team_size_of
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.tx import Tx

REMIND = "comms.remind"


class Pace(msgspec.Struct, frozen=True):
    """How often updates of an incident come, and whether one person works on it."""

    level: Level | None
    every: timedelta
    is_solo: bool


async def next_update_at(conn: Conn, incident_id: int) -> datetime | None:
    """None: no update is due, since nobody has taken it yet or it is over. It may lie behind us."""
    return (await store.list_due(conn, [incident_id])).get(incident_id)


async def list_next_updates(conn: Conn, incident_ids: Sequence[int]) -> dict[int, datetime]:
    """The same for many, by the incident's id; those without one are left out."""
    return await store.list_due(conn, incident_ids)


async def count_overdue(conn: Conn, incident_id: int) -> int:
    """How many due times have passed without an update."""
    cadence = await store.find_cadence(conn, incident_id)
    return 0 if cadence is None else cadence.overdue


async def next_after(conn: Conn, incident: Incident, now: datetime) -> datetime | None:
    """When the next update is due if one is written now."""
    pace = await load_pace(conn, incident)
    return rules.next_update_due(pace.level, now, incident.status, is_solo=pace.is_solo)


async def load_pace(conn: Conn, incident: Incident) -> Pace:
    level = find_level(await catalog.severity_profile(conn), incident.severity)
    is_solo = team_size_of(incident, level) is TeamSize.SOLO
    return Pace(level, cadence_of(level, is_solo=is_solo), is_solo)


async def begin(tx: Tx, event: IncidentAcknowledged) -> None:
    """Somebody has taken it: the first update is due one interval from now. Who joins later changes nothing."""
    before = await store.find_cadence(tx.conn, event.incident_id)
    if before is not None and before.due_at is not None:
        return
    incident = await incidents.get(tx.conn, event.incident_id)
    missed = before.overdue if before is not None else 0
    await _set(tx, incident, since=tx.now, due_at=await next_after(tx.conn, incident, tx.now), missed=missed)


async def restart(tx: Tx, incident: Incident, due_at: datetime | None) -> None:
    """An update was written: the next is due then; None: it is over."""
    before = await store.find_cadence(tx.conn, incident.id)
    await _set(tx, incident, since=tx.now, due_at=due_at, missed=before.overdue if before is not None else 0)


async def follow_level(tx: Tx, event: SeverityChanged | TeamSizeChanged) -> None:
    """A level has an interval of its own, and so has who works alone; counted from the last update (CLS-3, ROL-1)."""
    before = await store.find_cadence(tx.conn, event.incident_id)
    if before is None or before.due_at is None:
        return
    incident = await incidents.get(tx.conn, event.incident_id)
    pace = await load_pace(tx.conn, incident)
    due_at = rules.due_after_new_level(pace.level, before.since, tx.now, is_solo=pace.is_solo)
    await _set(tx, incident, since=before.since, due_at=due_at, missed=before.overdue)


async def end(tx: Tx, event: IncidentResolved) -> None:
    """It is over: nothing is due any more."""
    before = await store.find_cadence(tx.conn, event.incident_id)
    if before is not None:
        await store.upsert_cadence(tx.conn, msgspec.structs.replace(before, due_at=None))
    await jobs.cancel(tx, key=_key(event.incident_id))


async def remind(tx: Tx, incident_id: int) -> None:
    """The timer: what has come since the last look is seen to – by its latest part, should a worker have been away."""
    incident = await incidents.lock(tx, incident_id)
    cadence = await store.find_cadence(tx.conn, incident_id)
    if cadence is None or cadence.due_at is None:
        return
    pace = await load_pace(tx.conn, incident)
    come = rules.passed(cadence.due_at, pace.every, is_solo=pace.is_solo, after=cadence.told_at, until=tx.now)
    missed = [each for each in come if each.step is Step.DUE]
    seen = msgspec.structs.replace(cadence, told_at=tx.now, overdue=cadence.overdue + len(missed))
    await store.upsert_cadence(tx.conn, seen)
    if come:
        await _remind(tx, incident, come, pace)
    await _arm(tx, seen, pace)


async def _remind(tx: Tx, incident: Incident, come: Sequence[Reminder], pace: Pace) -> None:
    n, last = await store.count_updates(tx.conn, incident.id) + 1, come[-1]
    communicator, commander = (
        await people.find_communicator(tx.conn, incident),
        await people.find_commander(tx.conn, incident),
    )
    missed = next((each for each in reversed(come) if each.step is Step.DUE), None)
    if missed is not None:
        await tx.emit(
            UpdateOverdue(
                **incidents.about(incident),
                sentence=overdue(n, missed.due_at, tx.now, communicator),
                due_at=missed.due_at,
                reminded=communicator,
            )
        )
    receiver = commander if last.step is Step.LATE else communicator
    if receiver is None or (last.step is Step.LATE and receiver == communicator):
        return
    if last.step is Step.LATE:
        sentence = reminded(n, receiver, communicator)
        await tx.emit(UpdateReminded(**incidents.about(incident), sentence=sentence, reminded=receiver))
    message = messages.reminder(incident, n, last, pace.is_solo, tx.now)
    await people.tell(tx, incident, await people.list_told(tx.conn, [receiver]), message)


async def _set(tx: Tx, incident: Incident, *, since: datetime, due_at: datetime | None, missed: int) -> None:
    cadence = Cadence(incident_id=incident.id, since=since, due_at=due_at, told_at=tx.now, overdue=missed)
    await store.upsert_cadence(tx.conn, cadence)
    await jobs.cancel(tx, key=_key(incident.id))
    if due_at is not None:
        await _arm(tx, cadence, await load_pace(tx.conn, incident))


async def _arm(tx: Tx, cadence: Cadence, pace: Pace) -> None:
    assert cadence.due_at is not None  # whoever arms has looked
    following = rules.next_reminder(cadence.due_at, pace.every, is_solo=pace.is_solo, after=cadence.told_at)
    await jobs.enqueue(
        tx,
        jobs.NewJob(
            kind=REMIND,
            payload={"incident_id": cadence.incident_id},
            lane="timers",
            run_at=following.at,
            key=_key(cadence.incident_id),
        ),
    )


def _key(incident_id: int) -> str:
    return f"cadence:{incident_id}"
