"""What begins with an incident beside the call for people: one job, one transaction, calls downward only.

It is not in the transaction that declares: between an alert and the first page nothing more is read or written.
"""

from tocsin.comms import announcing
from tocsin.incidents import reassessing, syncing
from tocsin.incidents import service as incidents
from tocsin.kernel.tx import JobKindRef, Tx
from tocsin.room import looking

OPEN = "room.open"

ROOM_OPENED = JobKindRef(OPEN, looking.TIMERS, looking.BULK)


async def open_room(tx: Tx, incident_id: int) -> None:
    """Everything that has to begin; each of these is idempotent."""
    incident = await incidents.lock(tx, incident_id)
    await reassessing.arm(tx, incident)
    await syncing.arm(tx, incident)
    await announcing.declared(tx, incident)
    await looking.look_at(tx, incident)
