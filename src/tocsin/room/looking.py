"""A look at the room: what is wrong is raised, what was mended is settled, and the next look is armed for the instant
at which a rule can change – never once a minute. What people do brings the look forward.
"""

from datetime import datetime

from tocsin.incidents import findings
from tocsin.incidents import service as incidents
from tocsin.incidents.events import IncidentEvent, TimelineNoted
from tocsin.incidents.model import Incident
from tocsin.kernel import jobs
from tocsin.kernel.tx import Tx
from tocsin.room.facts import gather
from tocsin.room.guard_rails import look

LOOK = "room.look"
TIMERS = "timers"
BULK = 2


async def look_at_room(tx: Tx, incident_id: int) -> None:
    """Idempotent: a second look at the same facts and instant says nothing new."""
    await look_at(tx, await incidents.lock(tx, incident_id))


async def look_at(tx: Tx, incident: Incident) -> None:
    """The same for an incident that is locked."""
    seen = look(await gather(tx.conn, incident), tx.now)
    held = {(finding.rule, finding.occurrence) for finding in seen.findings}
    known = (await findings.list_open_findings(tx.conn, [incident.id])).get(incident.id, ())
    mended = [finding for finding in known if (finding.rule, finding.occurrence) not in held]
    await findings.settle_findings(tx, incident, mended)
    for spell in seen.findings:
        await findings.raise_finding(
            tx, incident, rule=spell.rule, occurrence=spell.occurrence, text=spell.text, remedy=spell.remedy
        )
    if seen.next_at is not None:
        await _arm(tx, incident.id, seen.next_at)


async def look_again(tx: Tx, event: IncidentEvent, event_id: int) -> None:
    """Something has happened that a rule asks for; a burst of it is one look."""
    await _arm(tx, event.incident_id, tx.now)


async def look_at_words(tx: Tx, event: TimelineNoted, event_id: int) -> None:
    """A person has written something. What programs note changes nothing, and is written before anybody is paged."""
    if event.actor.startswith("@"):
        await _arm(tx, event.incident_id, tx.now)


async def _arm(tx: Tx, incident_id: int, at: datetime) -> None:
    job = jobs.NewJob(
        kind=LOOK,
        payload={"incident_id": incident_id},
        lane=TIMERS,
        run_at=at,
        prio=BULK,
        key=f"room-look:{incident_id}",
    )
    await jobs.enqueue(tx, job)
