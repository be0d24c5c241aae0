"""What clients write on an alert: kept in the ledger, shown where the alert is explained and on the
timeline of its incident."""

from tocsin.alerts.events import AlertNoted
from tocsin.alerts.model import Alert
from tocsin.kernel.db import Conn
from tocsin.kernel.ledger import LedgerEntry, list_entries
from tocsin.kernel.text import one_line
from tocsin.kernel.tx import Tx


async def add_note(tx: Tx, alert: Alert, text: str, *, by: str) -> None:
    """`by` is the client's own word for who writes."""
    sentence = one_line(f"{by}: {text}", 500)
    await tx.emit(
        AlertNoted(
            topic=f"alert/{alert.id}",
            sentence=sentence,
            scope_id=alert.scope_id,
            actor=by,
            text=text,
            group_id=alert.group_id,
        )
    )


async def list_notes(conn: Conn, alert_id: int) -> list[LedgerEntry]:
    """Oldest first; `data["text"]` is the whole text."""
    return [entry for entry in await list_entries(conn, f"alert/{alert_id}") if entry.kind == AlertNoted.__name__]
