"""What verification does when something beneath it has happened: the same-transaction handlers of `reactions`."""

from __future__ import annotations

from msgspec.structs import replace

from tocsin.delivery import service as delivery
from tocsin.delivery.model import Purpose
from tocsin.incidents import service as incidents
from tocsin.incidents.events import IncidentRelapsed, IncidentReopened, IncidentResolved, StatusChanged
from tocsin.incidents.model import Status
from tocsin.kernel import jobs
from tocsin.kernel.tx import Tx
from tocsin.paging import messages, telling
from tocsin.verification import sentences, store
from tocsin.verification.events import ResolutionCalledOff
from tocsin.verification.model import Stage
from tocsin.verification.resolving import window_key


async def forget_health(tx: Tx, event: IncidentRelapsed | IncidentReopened, event_id: int) -> None:
    """It is bad again: what was healthy, and ticked, says nothing any more (RES-2)."""
    await store.delete_results(tx.conn, event.incident_id)
    await _call_off(tx, event.incident_id, event.reason, event.actor)


async def call_off_when_moved(tx: Tx, event: StatusChanged, event_id: int) -> None:
    """Somebody works on it again: it does not resolve by itself."""
    if event.after != Status.MONITORING:
        await _call_off(tx, event.incident_id, event.sentence, event.actor)


async def settle(tx: Tx, event: IncidentResolved, event_id: int) -> None:
    """It is over, by whatever way: nothing is waited for."""
    attempt = await store.find_attempt(tx.conn, event.incident_id)
    if attempt is not None and attempt.is_under_way:
        await store.upsert_attempt(tx.conn, replace(attempt, stage=Stage.DONE, ends_at=None, detail="It is resolved."))
    await jobs.cancel(tx, key=window_key(event.incident_id))


async def _call_off(tx: Tx, incident_id: int, why: str, by: str) -> None:
    """The wish to resolve is void; whoever had it is told, unless it is `by` themselves or they are being called."""
    attempt = await store.find_attempt(tx.conn, incident_id)
    if attempt is None or not attempt.is_under_way:
        return
    await jobs.cancel(tx, key=window_key(incident_id))
    incident = await incidents.get(tx.conn, incident_id)
    told = sentences.called_off(attempt.asked_by, why)
    await store.upsert_attempt(tx.conn, replace(attempt, stage=Stage.CALLED_OFF, ends_at=None, detail=told))
    await tx.emit(ResolutionCalledOff(**incidents.about(incident), sentence=told, reason=why))
    concerned = await telling.id_of_actor(tx, attempt.asked_by) | await telling.id_of_actor(
        tx, incident.acknowledged_by
    )
    concerned -= await telling.id_of_actor(tx, by)
    under_way = await delivery.list_deliveries(tx.conn, incident.topic)
    called = {each.user_id for each in under_way if each.purpose is Purpose.PAGE and each.attempts == 0}
    await telling.tell(
        tx, incident, concerned - called, Purpose.INFO, messages.quiet(incident, told), "that it is not resolved"
    )
