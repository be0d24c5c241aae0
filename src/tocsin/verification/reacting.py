"""What verification does when something beneath it has happened: the same-transaction handlers of `reactions`."""

from __future__ import annotations

from msgspec.structs import replace

from tocsin.incidents.events import IncidentMerged, IncidentRelapsed, IncidentReopened, IncidentResolved, StatusChanged
from tocsin.incidents.model import Status
from tocsin.kernel import jobs
from tocsin.kernel.tx import Tx
from tocsin.verification import store
from tocsin.verification.calling_off import call_off, window_key
from tocsin.verification.model import Stage


async def forget_health(tx: Tx, event: IncidentRelapsed | IncidentReopened) -> None:
    """It is bad again: what was healthy, and ticked, says nothing any more (RES-2)."""
    await store.delete_results(tx.conn, event.incident_id)
    await call_off(tx, event.incident_id, event.reason, event.actor)


async def call_off_when_moved(tx: Tx, event: StatusChanged) -> None:
    """Somebody works on it again: it does not resolve by itself."""
    if event.after != Status.MONITORING:
        await call_off(tx, event.incident_id, event.sentence, event.actor)


async def call_off_when_merged(tx: Tx, event: IncidentMerged) -> None:
    """The work goes on in the other, and so does the waiting for its end."""
    await call_off(tx, event.incident_id, event.sentence, event.actor)


async def settle(tx: Tx, event: IncidentResolved) -> None:
    """It is over, by whatever way: nothing is waited for."""
    attempt = await store.find_attempt(tx.conn, event.incident_id)
    if attempt is not None and attempt.is_under_way:
        await store.upsert_attempt(tx.conn, replace(attempt, stage=Stage.DONE, ends_at=None, detail="It is resolved."))
    await jobs.cancel(tx, key=window_key(event.incident_id))
