"""Takes a text that was redacted out of every version of a postmortem, what was said of it, its action items and what
Prometheus said of its incident (WAR-6): labels may name somebody."""

from tocsin.incidents.events import EntryRedacted
from tocsin.incidents.redacting import redacted_texts
from tocsin.incidents.redaction import MARK
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx
from tocsin.postmortems import action_store, figure_store, measurement_store, review_store, store
from tocsin.postmortems.markdown import escaped, linked, without_entry
from tocsin.postmortems.measuring import without_texts


async def redact_postmortems(tx: Tx, event: EntryRedacted) -> None:
    """Where a draft cites the entry, in whichever words; and the text itself, as it was and as a draft writes it."""
    gone, found = redacted_texts(tx, event), await store.find_postmortem(tx.conn, event.incident_id)
    for text in gone:
        await figure_store.update_source(tx.conn, event.incident_id, text, MARK)
    if found is None:
        return
    ref = incident_ref(event.number)
    for each in await store.list_versions(tx.conn, found.id):
        body, note = without_entry(each.body, ref, event.entry_id), each.note
        for text in gone:
            body, note = body.replace(linked(escaped(text), ref), MARK), note.replace(text, MARK)
            body = body.replace(text, MARK).replace(escaped(text), MARK)
        if (body, note) != (each.body, each.note):
            await store.update_version_text(tx.conn, found.id, each.version, body, note)
    for text in gone:
        await review_store.update_text(tx.conn, found.id, text, MARK)


async def redact_actions(tx: Tx, event: EntryRedacted) -> None:
    """Those of the same incident."""
    for text in redacted_texts(tx, event):
        await action_store.update_text(tx.conn, event.incident_id, text, MARK)


async def redact_measurements(tx: Tx, event: EntryRedacted) -> None:
    """Of each time that it was asked: a draft shows the charts of earlier ones."""
    kept = await measurement_store.list_all(tx.conn, event.incident_id)
    cleaned = [without_texts(each, redacted_texts(tx, event), MARK) for each in kept]
    changed = [after for before, after in zip(kept, cleaned, strict=True) if before != after]
    await measurement_store.update_texts(tx.conn, event.incident_id, changed)
