"""Takes a text that was redacted out of the reports of past months (WAR-6): there alone a kept report changes."""

from tocsin.incidents.events import EntryRedacted
from tocsin.incidents.redacting import redacted_texts
from tocsin.incidents.redaction import MARK
from tocsin.insights import report_store
from tocsin.insights.report import without_texts
from tocsin.kernel.tx import Tx


async def redact_reports(tx: Tx, event: EntryRedacted) -> None:
    """Where they name what is done about the same incident."""
    gone = redacted_texts(tx, event)
    for report in await report_store.list_reports(tx.conn):
        cleaned = without_texts(report, event.number, gone, MARK)
        if cleaned != report:
            await report_store.update_report(tx.conn, cleaned)
