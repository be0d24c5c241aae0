"""What every request that changes an alert has in common: its receipt, and the note that may come with it."""

from tocsin.alerts.model import Alert
from tocsin.alerts.notes import add_note
from tocsin.integrations.sources.contract import Answer
from tocsin.integrations.sources.opsgenie.answers import accepted
from tocsin.integrations.sources.opsgenie.parse import MAX_DESCRIPTION, text_of
from tocsin.kernel.tx import Tx
from tocsin.surfaces.compat.opsgenie.call import Call
from tocsin.surfaces.compat.opsgenie.receipts import Outcome, Receipt, encode


def receipt(call: Call, action: str, alert: Alert | None, outcome: Outcome) -> Answer:
    alert_id = alert.id if alert is not None else 0
    return accepted(encode(Receipt(action, outcome, alert_id, call.db.clock.now())))


async def write_extra_note(tx: Tx, call: Call, alert: Alert) -> None:
    """Each request may bring a note along; it is kept like one that comes by itself."""
    text = text_of(call.fields, "note").strip()
    if text:
        await add_note(tx, alert, text[:MAX_DESCRIPTION], by=call.by)
