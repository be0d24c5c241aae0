"""A person says that an alert is over, for whose end no source will send word (ALR-4)."""

from tocsin.accounts.model import Viewer
from tocsin.alerts import group_store, reading
from tocsin.alerts.groups import enqueue_grouping
from tocsin.alerts.model import State
from tocsin.kernel.errors import Refused
from tocsin.kernel.tx import Tx


async def close_alert(tx: Tx, viewer: Viewer, alert_id: int) -> None:
    """While its source still calls it firing, it comes back only with a new start.

    Raises NotFound, also for one that the viewer may not know of, and Refused for one that is over.
    """
    alert = await reading.get_alert(tx.conn, viewer, alert_id)
    if alert.state is State.RESOLVED:
        raise Refused(f"Alert {alert_id} is over already.", "Look at what fires: tocsin alerts")
    await enqueue_grouping(tx, await group_store.end_by_person(tx.conn, [alert_id], viewer.actor, tx.now))
