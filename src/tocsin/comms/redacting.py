"""Takes a text that was redacted out of the updates that were posted (WAR-6)."""

from tocsin.comms import store
from tocsin.incidents.events import EntryRedacted
from tocsin.incidents.redacting import redacted_texts
from tocsin.incidents.redaction import MARK
from tocsin.kernel.tx import Tx


async def redact_updates(tx: Tx, event: EntryRedacted) -> None:
    """The wording as it was sent and the parts that it was made of."""
    for text in redacted_texts(tx, event):
        await store.update_text(tx.conn, event.incident_id, text, MARK)
