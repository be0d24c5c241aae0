"""How a wish to resolve an incident becomes void: it got bad again, somebody works on it, or has to look again."""

from __future__ import annotations

from msgspec.structs import replace

from tocsin.delivery import service as delivery
from tocsin.delivery.model import Purpose
from tocsin.incidents import service as incidents
from tocsin.kernel import jobs
from tocsin.kernel.tx import Tx
from tocsin.paging import messages, telling
from tocsin.verification import sentences, store
from tocsin.verification.events import ResolutionCalledOff
from tocsin.verification.model import Stage


async def call_off(tx: Tx, incident_id: int, why: str, by: str) -> None:
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


def window_key(incident_id: int) -> str:
    """The key of the one timer of an incident's window."""
    return f"window:{incident_id}"
