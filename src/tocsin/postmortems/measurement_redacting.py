"""Takes a text that was redacted out of what Prometheus said of the incident (WAR-6): its labels may name somebody."""

from tocsin.incidents.events import EntryRedacted
from tocsin.incidents.redacting import RedactedTexts
from tocsin.incidents.redaction import MARK
from tocsin.kernel.tx import Tx
from tocsin.postmortems import measurement_store
from tocsin.postmortems.measuring import without_texts


async def redact_measurements(tx: Tx, event: EntryRedacted) -> None:
    """Of each time that it was asked: a draft shows the charts of earlier ones."""
    gone = tx.handed(RedactedTexts)
    if gone is None or gone.incident_id != event.incident_id:
        return
    kept = await measurement_store.list_all(tx.conn, event.incident_id)
    cleaned = [without_texts(each, gone.texts, MARK) for each in kept]
    changed = [after for before, after in zip(kept, cleaned, strict=True) if before != after]
    await measurement_store.update_texts(tx.conn, event.incident_id, changed)
