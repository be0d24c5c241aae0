"""A look at the room: what is wrong is raised, what was mended is settled, and the next look is armed for the instant
at which a rule can change – never once a minute. What people do brings the look forward.
"""

from collections.abc import Sequence
from datetime import datetime

from tocsin.catalog import service as catalog
from tocsin.incidents import findings
from tocsin.incidents import service as incidents
from tocsin.incidents.classifying import find_level
from tocsin.incidents.events import IncidentEvent, TimelineNoted
from tocsin.incidents.model import Incident
from tocsin.kernel import jobs
from tocsin.kernel.tx import Tx
from tocsin.room.facts import gather, new_facts
from tocsin.room.guard_rails import look
from tocsin.room.model import Rule

LOOK = "room.look"
OWN_RULES = frozenset(Rule)
"""What others have found, others settle."""
TIMERS = "timers"
BULK = 2


async def look_at_room(tx: Tx, incident_id: int) -> None:
    """Idempotent: a second look at the same facts and instant says nothing new."""
    await look_at(tx, await incidents.lock(tx, incident_id))


async def first_look(tx: Tx, incident: Incident) -> Sequence[jobs.NewJob]:
    """The timer of the first look at a new incident, to be armed, for the instant at which a rule can first be
    broken. Whatever has happened to it meanwhile has armed its own."""
    level = find_level(await catalog.severity_profile_in(tx), incident.severity)
    seen = look(new_facts(incident, level), tx.now)
    at = tx.now if seen.findings else seen.next_at
    return () if at is None else (_look_of(incident.id, at),)


async def look_at(tx: Tx, incident: Incident) -> None:
    """The same as `look_at_room` for an incident that is locked."""
    seen = look(await gather(tx.conn, incident), tx.now)
    held = {(finding.rule, finding.occurrence) for finding in seen.findings}
    known = (await findings.list_open_findings(tx.conn, [incident.id])).get(incident.id, ())
    mended = [each for each in known if each.rule in OWN_RULES and (each.rule, each.occurrence) not in held]
    await findings.settle_findings(tx, incident, mended)
    for spell in seen.findings:
        await findings.raise_finding(
            tx, incident, rule=spell.rule, occurrence=spell.occurrence, text=spell.text, remedy=spell.remedy
        )
    if seen.next_at is not None:
        await _arm(tx, incident.id, seen.next_at)


async def look_again(tx: Tx, event: IncidentEvent) -> None:
    """Something has happened that a rule asks for; a burst of it is one look."""
    await _arm(tx, event.incident_id, tx.now)


async def look_at_words(tx: Tx, event: TimelineNoted) -> None:
    """A person has written something. What programs note changes nothing, and is written before anybody is paged."""
    if event.actor.startswith("@"):
        await _arm(tx, event.incident_id, tx.now)


async def _arm(tx: Tx, incident_id: int, at: datetime) -> None:
    await jobs.enqueue(tx, _look_of(incident_id, at))


def _look_of(incident_id: int, at: datetime) -> jobs.NewJob:
    return jobs.NewJob(
        kind=LOOK,
        payload={"incident_id": incident_id},
        lane=TIMERS,
        run_at=at,
        prio=BULK,
        key=f"room-look:{incident_id}",
    )
