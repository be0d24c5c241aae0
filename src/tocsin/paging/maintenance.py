"""What paging does while the services of an incident are in maintenance: nobody is called, everything under way stops,
and what is still wrong at the end is paged (ALR-7, PAG-10).

A person who declares, reopens or hands over an incident in that time is not held back: they know.
"""

from tocsin.alerts.events import MaintenanceBegan, MaintenanceEnded
from tocsin.alerts.maintenance import Cover
from tocsin.delivery.model import Purpose
from tocsin.incidents import service as incidents
from tocsin.incidents.events import IncidentAcknowledged, IncidentResolved
from tocsin.incidents.model import Incident, Status
from tocsin.kernel.tx import Tx
from tocsin.paging import hold_store, messages, sentences, service, store, telling
from tocsin.paging.beginning import begin
from tocsin.paging.cover import find_cover, look_at
from tocsin.paging.escalation import is_held_back
from tocsin.paging.events import EscalationHeld
from tocsin.paging.model import Hold, RunState


async def look_at_incidents(tx: Tx, event: MaintenanceBegan | MaintenanceEnded) -> None:
    """A window begins or ends: each open incident of its services is looked at, by work of its own under its lock."""
    for incident_id in await hold_store.list_incidents_to_look_at(tx.conn, event.services):
        await look_at(tx, incident_id, tx.now)


async def look(tx: Tx, incident_id: int) -> None:
    """Hold it, go on holding it, or take it up again: by how things stand now, so twice or late does no harm."""
    incident = await incidents.lock(tx, incident_id)
    hold = await hold_store.find_hold(tx.conn, incident_id)
    if not incident.is_open:
        return
    cover = await find_cover(tx, incident)
    if hold is not None and cover is None:
        await _take_up(tx, incident, hold)
    elif hold is not None and cover is not None:
        await _keep(tx, incident, cover)
    elif cover is not None:
        run = await store.find_latest_run(tx.conn, incident_id)
        if run is not None and is_held_back(run.state, run.started_at, cover.since):
            await _hold(tx, incident, cover)


async def hold_back(tx: Tx, incident: Incident) -> bool:
    """Whether a call that alerts were about to cause is held instead."""
    cover = await find_cover(tx, incident)
    if cover is None:
        return False
    await _hold(tx, incident, cover)
    return True


async def _hold(tx: Tx, incident: Incident, cover: Cover) -> None:
    told = await telling.list_reached(tx, incident)
    sentence = sentences.held(cover)
    await service.stop(tx, incident, str(cover))
    await _keep(tx, incident, cover)
    await tx.emit(EscalationHeld(**incidents.about(incident), sentence=sentence, until=cover.until, reason=str(cover)))
    message = messages.held(incident, sentence)
    await telling.tell(tx, incident, told, Purpose.INFO, message, "that its paging is held by maintenance")


async def _keep(tx: Tx, incident: Incident, cover: Cover) -> None:
    hold = Hold(incident_id=incident.id, held_at=tx.now, until=cover.until, reason=str(cover))
    await hold_store.upsert_hold(tx.conn, hold)
    await look_at(tx, incident.id, cover.until)


async def _take_up(tx: Tx, incident: Incident, hold: Hold) -> None:
    """The maintenance is over. What resolves by itself is left to do so; everything else needs somebody."""
    await hold_store.delete_hold(tx.conn, incident.id)
    if incident.status is Status.MONITORING and await incidents.is_resolving(tx.conn, incident.id):
        return
    again = sentences.was_held(hold, tx.now)
    await begin(tx, incident, "it was held by maintenance, which is over", again)


async def forget_hold(tx: Tx, event: IncidentAcknowledged | IncidentResolved) -> None:
    """Somebody has taken it, or it is over: nobody needs to be called when the maintenance ends. What was taken while
    it was held is watched like everything that somebody has (PAG-5)."""
    if not await hold_store.delete_hold(tx.conn, event.incident_id) or not isinstance(event, IncidentAcknowledged):
        return
    run = await store.find_latest_run(tx.conn, event.incident_id)
    if run is not None:
        await store.end_run(tx.conn, run.id, RunState.ACKNOWLEDGED, tx.now)
