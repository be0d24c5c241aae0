"""Gathers what is known of one incident from all who keep records of it, in a few statements."""

from datetime import timedelta

from tocsin.catalog import service as catalog
from tocsin.catalog.facts import Facts
from tocsin.catalog.severity import Level
from tocsin.comms.cadence import next_update_at
from tocsin.comms.updates import list_updates
from tocsin.incidents import timeline
from tocsin.incidents.assigning import list_holdings
from tocsin.incidents.classifying import find_level
from tocsin.incidents.details import list_alike
from tocsin.incidents.facts_of import get_known_facts
from tocsin.incidents.model import Incident
from tocsin.incidents.tasks import list_tasks
from tocsin.kernel.db import Conn
from tocsin.mitigation.service import list_mitigations
from tocsin.room import history
from tocsin.room.model import RoomFacts
from tocsin.verification.service import stand

REMEMBERED_FOR = timedelta(days=90)
"""How long before it an incident with the same cause counts as the same again."""

MOST_ENTRIES = 1000
"""How far back the timeline is read, in entries: what is older decides nothing any more."""


def new_facts(incident: Incident, level: Level | None) -> RoomFacts:
    """Of an incident that has just been declared: nobody has kept a record of it yet, so nothing has to be read."""
    return RoomFacts(
        incident=incident,
        level=level,
        counted_from=incident.declared_at,
        graded_at=incident.declared_at,
        investigating_since=incident.acknowledged_at,
        written=(),
        told_beside={},
        holdings=(),
        commander_left_at=None,
        known=Facts(),
        mitigations=(),
        checks=(),
        updates=(),
        next_update_at=None,
        tasks=(),
        alike=(),
    )


async def gather(conn: Conn, incident: Incident) -> RoomFacts:
    """For an incident that the caller may see, or has locked."""
    record = await timeline.read_end(conn, incident, limit=MOST_ENTRIES, kinds=history.KINDS)
    entries = [entry.stored for entry in record]
    counted_from = history.counted_from(incident, entries)
    standing = await stand(conn, incident)
    return RoomFacts(
        incident=incident,
        level=find_level(await catalog.severity_profile(conn), incident.severity),
        counted_from=counted_from,
        graded_at=history.graded_at(incident, entries),
        investigating_since=history.investigating_since(incident, entries),
        written=history.written_by_people(record),
        told_beside=history.told_beside(entries, counted_from),
        holdings=tuple(await list_holdings(conn, incident.id)),
        commander_left_at=history.commander_left_at(entries),
        known=await get_known_facts(conn, incident.id),
        mitigations=tuple(await list_mitigations(conn, incident.id)),
        checks=tuple(standing.states),
        last_run=standing.run,
        attempt=standing.attempt,
        updates=tuple(await list_updates(conn, incident.id)),
        next_update_at=await next_update_at(conn, incident.id),
        tasks=tuple(await list_tasks(conn, incident.id)),
        alike=tuple(await list_alike(conn, incident, since=incident.declared_at - REMEMBERED_FOR)),
    )
