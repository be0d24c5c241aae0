"""What people say of an incident beside its status and level: when things really happened, when it should be over, what
kind of cause it had (LIF-2, LIF-10, LIF-11). Each is on the timeline, with what it was before.
"""

from datetime import datetime

from msgspec.structs import replace

from tocsin.incidents import instants, sentences, service, store
from tocsin.incidents.causes import MEANINGS, read_cause
from tocsin.incidents.events import CauseNamed, EtaSet, InstantCorrected
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.ledger import LedgerEntry, list_entries_of_kind
from tocsin.kernel.tx import Tx


async def correct_instant(tx: Tx, incident_id: int, name: str, at: datetime, by: str, reason: str) -> Incident:
    """`name` as in `instants.WORDS`. Raises Invalid without a reason and for what cannot be, Refused for a stage that
    has not been reached and for what is so already.
    """
    name = instants.read_name(name)
    _check_reason(reason, "A correction of a time needs a reason.")
    before = await service.lock(tx, incident_id)
    was: datetime | None = getattr(before, name)
    if was == at:
        raise Refused(f"{name} is {instants.in_words(at)} already.", "Give another time.", field=name)
    after = instants.corrected(before, name, at, tx.now)
    await store.update_incident(tx.conn, after)
    known = instants.in_words(was) if was is not None else "not known"
    await tx.emit(
        InstantCorrected(
            **service.about(after, by),
            sentence=f"{instants.WORDS[name].capitalize()}: was {known}, is {instants.in_words(at)}, by {by}:"
            f" {sentences.full_stop(reason)}",
            instant=name,
            before=was,
            after=at,
            reason=reason,
        )
    )
    return after


async def set_eta(tx: Tx, incident_id: int, eta: datetime | None, by: str, reason: str) -> Incident:
    """When it should be over; None: it is unknown, which is an answer too. Raises Refused when it is over, Invalid for
    a time that has passed and for a change without a reason.
    """
    before = await service.lock(tx, incident_id)
    if not before.is_open:
        raise Refused(f"{incident_ref(before.number)} is {before.status}: it needs no ETA.", field="eta")
    if eta is not None and eta <= tx.now:
        raise Invalid("That time has passed.", "Give one that lies ahead, or say: unknown.", field="eta")
    if before.eta_set_at is not None:
        _check_reason(reason, "Another ETA needs a reason.")
    after = replace(before, eta=eta, eta_set_at=tx.now)
    await store.update_incident(tx.conn, after)
    said = instants.in_words(eta) if eta is not None else "unknown"
    was = "" if before.eta_set_at is None else f" (was {instants.in_words(before.eta) if before.eta else 'unknown'})"
    await tx.emit(
        EtaSet(
            **service.about(after, by),
            sentence=f"ETA {said}{was}, by {by}. {sentences.full_stop(reason)}".rstrip(),
            before=before.eta,
            after=eta,
            reason=reason,
        )
    )
    return after


async def list_etas(conn: Conn, incident: Incident) -> list[LedgerEntry]:
    """Every ETA that was given, oldest first, of an incident that the caller may see."""
    return await list_entries_of_kind(conn, incident.topic, EtaSet.__name__)


async def name_cause(tx: Tx, incident_id: int, category: str, by: str) -> Incident:
    """Raises Invalid for none of the list; nothing happens when it is so already."""
    cause = read_cause(category)
    before = await service.lock(tx, incident_id)
    if before.cause_category == cause:
        return before
    after = replace(before, cause_category=cause.value)
    await store.update_incident(tx.conn, after)
    was = f" (was {before.cause_category})" if before.cause_category else ""
    await tx.emit(
        CauseNamed(
            **service.about(after, by),
            sentence=f"Cause category {cause}{was}: {MEANINGS[cause]}, by {by}.",
            before=before.cause_category,
            after=cause.value,
        )
    )
    return after


def _check_reason(reason: str, what: str) -> None:
    if not reason.strip():
        raise Invalid(what, "Say why: --why TEXT.", field="reason")


async def list_alike(conn: Conn, incident: Incident, *, since: datetime) -> list[int]:
    """Numbers of incidents of one of its services that had the same kind of cause, declared from `since` on and before
    it, the latest first. Only those that whoever sees it may see: of its own scope.
    """
    if incident.cause_category is None:
        return []
    return await store.list_alike(conn, incident, since)
