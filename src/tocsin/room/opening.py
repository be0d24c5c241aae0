"""What begins with an incident beside the call for people: timers, and the announcement.

It is in the transaction that declares, so it reads nothing that is not read there already, and it is one statement.
"""

from tocsin.comms import announcing
from tocsin.incidents import reassessing, recalling, syncing
from tocsin.incidents import service as incidents
from tocsin.incidents.events import IncidentDeclared
from tocsin.kernel import jobs
from tocsin.kernel.tx import Tx
from tocsin.room import looking


async def open_room(tx: Tx, event: IncidentDeclared) -> None:
    """Arms everything that has to follow."""
    incident = await incidents.get_declared(tx, event.incident_id)
    timers = (
        *await reassessing.next_round(tx, incident),
        *await syncing.next_round(tx, incident),
        *await looking.first_look(tx, incident),
        *await announcing.announcement(tx, incident),
        *recalling.first_recall(tx, incident),
    )
    jobs.enqueue_last(tx, *timers)
