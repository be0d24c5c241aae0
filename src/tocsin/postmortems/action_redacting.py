"""Takes a text that was redacted out of action items (WAR-6)."""

from tocsin.incidents.events import EntryRedacted
from tocsin.incidents.redacting import RedactedTexts
from tocsin.incidents.redaction import MARK
from tocsin.kernel.tx import Tx
from tocsin.postmortems import action_store


async def redact_actions(tx: Tx, event: EntryRedacted) -> None:
    """Those of the same incident."""
    gone = tx.handed(RedactedTexts)
    if gone is not None and gone.incident_id == event.incident_id:
        for text in gone.texts:
            await action_store.update_text(tx.conn, event.incident_id, text, MARK)
