"""Takes a text that was redacted out of what is kept about mitigations (WAR-6)."""

from tocsin.incidents.events import EntryRedacted
from tocsin.incidents.redacting import RedactedTexts
from tocsin.incidents.redaction import MARK
from tocsin.kernel.tx import Tx
from tocsin.mitigation import store


async def redact_mitigations(tx: Tx, event: EntryRedacted) -> None:
    """What was done, its way back, and the note on its result."""
    gone = tx.handed(RedactedTexts)
    if gone is not None and gone.incident_id == event.incident_id:
        for text in gone.texts:
            await store.update_text(tx.conn, event.incident_id, text, MARK)
