"""Takes a text that was redacted out of the wish to resolve an incident and the checks people added (WAR-6)."""

from tocsin.incidents.events import EntryRedacted
from tocsin.incidents.redacting import redacted_texts
from tocsin.incidents.redaction import MARK
from tocsin.kernel.tx import Tx
from tocsin.verification import own_store, store


async def redact_resolutions(tx: Tx, event: EntryRedacted) -> None:
    """Why it was asked for, what put it right, and the root cause; what people have said a check looks at."""
    for text in redacted_texts(tx, event):
        await store.update_text(tx.conn, event.incident_id, text, MARK)
        await own_store.update_text(tx.conn, event.incident_id, text, MARK)
        await own_store.update_result_text(tx.conn, event.incident_id, text, MARK)
