"""Takes a text that was redacted out of every version of a postmortem, and out of what was said of it (WAR-6)."""

from tocsin.incidents.events import EntryRedacted
from tocsin.incidents.redacting import RedactedTexts
from tocsin.incidents.redaction import MARK
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx
from tocsin.postmortems import figure_store, review_store, store
from tocsin.postmortems.markdown import escaped, linked, without_entry


async def redact_postmortems(tx: Tx, event: EntryRedacted) -> None:
    """Where a draft cites the entry, in whichever words; and the text itself, as it was and as a draft writes it."""
    gone, found = tx.handed(RedactedTexts), await store.find_postmortem(tx.conn, event.incident_id)
    if gone is None or gone.incident_id != event.incident_id:
        return
    for text in gone.texts:
        await figure_store.update_source(tx.conn, event.incident_id, text, MARK)
    if found is None:
        return
    ref = incident_ref(event.number)
    for each in await store.list_versions(tx.conn, found.id):
        body, note = without_entry(each.body, ref, event.entry_id), each.note
        for text in gone.texts:
            body, note = body.replace(linked(escaped(text), ref), MARK), note.replace(text, MARK)
            body = body.replace(text, MARK).replace(escaped(text), MARK)
        if (body, note) != (each.body, each.note):
            await store.update_version_text(tx.conn, found.id, each.version, body, note)
    for text in gone.texts:
        await review_store.update_text(tx.conn, found.id, text, MARK)
