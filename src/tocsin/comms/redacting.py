"""Takes a text that was redacted out of the updates that were posted (WAR-6)."""

from tocsin.comms import store
from tocsin.incidents.events import EntryRedacted
from tocsin.incidents.redacting import RedactedTexts
from tocsin.incidents.redaction import MARK
from tocsin.kernel.tx import Tx


async def redact_updates(tx: Tx, event: EntryRedacted) -> None:
    """The wording as it was sent and the parts that it was made of."""
    gone = tx.handed(RedactedTexts)
    if gone is not None and gone.incident_id == event.incident_id:
        for text in gone.texts:
            await store.update_text(tx.conn, event.incident_id, text, MARK)
