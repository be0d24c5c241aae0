"""An administrator takes a text back (WAR-6): it is replaced in the record and wherever else it is kept; a tombstone
and an audit entry stay. Packages above replace it in their tables by reacting to `EntryRedacted`.

The audit log itself is never changed, so its chain of seals is not touched (`kernel.ledger_seal`).
"""

from typing import NamedTuple

from tocsin.accounts import service as accounts
from tocsin.delivery import service as delivery
from tocsin.incidents import attachment_store, handoff_store, redaction_store, service, timeline
from tocsin.incidents.events import EntryRedacted
from tocsin.incidents.model import Incident
from tocsin.incidents.record import CORRECTED, RecordEntry, corrected_by
from tocsin.incidents.redaction import MARK, is_redacted, redact_data, texts_of, tombstone, without
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.ledger import list_entries_of_kind, list_entries_with, rewrite_entries, rewrite_entry
from tocsin.kernel.tx import Tx

MAX_REASON = 300


class RedactedTexts(NamedTuple):
    """What is gone, handed on in memory alone to whoever reacts: no event may carry it."""

    incident_id: int
    texts: tuple[str, ...]


def redacted_texts(tx: Tx, event: EntryRedacted) -> tuple[str, ...]:
    """What is gone, for whoever reacts to it; the longest first."""
    gone = tx.handed(RedactedTexts)
    return gone.texts if gone is not None and gone.incident_id == event.incident_id else ()


async def redact(tx: Tx, incident: Incident, entry_id: int, by: str, reason: str) -> RecordEntry:
    """The entry with what was corrected in it, its file, and every copy of its text that this incident has.

    Raises NotFound, Invalid without a reason or with one that is too long, Refused when it is redacted already.
    """
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= MAX_REASON:
        raise Invalid(
            "A redaction needs a reason.",
            f"Say why in 1 to {MAX_REASON} characters, without repeating what is to go.",
            field="reason",
        )
    await service.lock(tx, incident.id)
    entry = await timeline.find_entry(tx.conn, incident, entry_id)
    entry = await timeline.find_entry(tx.conn, incident, corrected_by(entry.stored) or entry_id)
    if is_redacted(entry.stored):
        raise Refused(f"Entry {entry.id} is redacted already.", "Name another entry.", field="entry")
    corrections = [
        each
        for each in await list_entries_of_kind(tx.conn, incident.topic, CORRECTED)
        if each.data["entry_id"] == entry.id
    ]
    parts = [entry.stored, *corrections]
    for part in parts:
        await rewrite_entry(tx.conn, incident.topic, part.id, tombstone(by, reason), redact_data(part, by))
    if "attachment_id" in entry.stored.data:
        await attachment_store.delete_attachment(tx.conn, incident.id, entry.stored.data["attachment_id"])
    await _replace(tx, incident, texts_of(parts))
    await accounts.audit(
        tx, by, "redacted", f"entry {entry.id} of {incident_ref(incident.number)}: {reason}", scope_id=incident.scope_id
    )
    await tx.emit(
        EntryRedacted(
            **service.about(incident, by),
            sentence=f"{by} redacted entry {entry.id}: {reason}",
            entry_id=entry.id,
            reason=reason,
        )
    )
    return await timeline.find_entry(tx.conn, incident, entry.id)


async def _replace(tx: Tx, incident: Incident, texts: tuple[str, ...]) -> None:
    for text in texts:
        copies = await list_entries_with(tx.conn, incident.topic, text)
        await rewrite_entries(tx.conn, incident.topic, [without(each, text) for each in copies])
        await delivery.replace_text(tx, incident.topic, text, MARK)
        await redaction_store.update_incident_text(tx.conn, incident.id, text, MARK)
        await redaction_store.update_task_text(tx.conn, incident.id, text, MARK)
        await redaction_store.update_finding_text(tx.conn, incident.id, text, MARK)
        await handoff_store.update_brief_text(tx.conn, incident.id, text, MARK)
    tx.hand_over(RedactedTexts(incident.id, texts))
