"""Takes a text that was redacted out of what is kept about mitigations (WAR-6)."""

from tocsin.incidents.events import EntryRedacted
from tocsin.incidents.redacting import redacted_texts
from tocsin.incidents.redaction import MARK
from tocsin.kernel.tx import Tx
from tocsin.mitigation import store


async def redact_mitigations(tx: Tx, event: EntryRedacted) -> None:
    """What was done, its way back, and the note on its result."""
    for text in redacted_texts(tx, event):
        await store.update_text(tx.conn, event.incident_id, text, MARK)
