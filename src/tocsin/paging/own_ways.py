"""Whoever has answered by one way is still called by their others: a phone that shows the page, or rings on (PAG-7)."""

from collections.abc import Sequence, Set
from datetime import datetime

from tocsin.catalog.notifying import notify
from tocsin.delivery import service as delivery
from tocsin.delivery.model import Delivery, MessageView, Notification, Purpose
from tocsin.incidents.model import Incident
from tocsin.kernel.tx import Tx

STAY = frozenset({"push", "ntfy", "pushover"})
"""Ways whose page stays on a screen, or rings on, until something newer about the same takes its place."""

_CALL = "voice"


def other_ways(sent: Sequence[Delivery], user_ids: Set[int], now: datetime) -> list[Delivery]:
    """Of these people, the latest page by each way that has to hear that they have answered.

    Where they answered by a message (`link_used_at` is this moment), that is every other way a page has left by; where
    they did so elsewhere, only those that stay. A call is over as soon as it was made.
    """
    pages = [each for each in sent if each.purpose is Purpose.PAGE and each.user_id in user_ids and each.attempts > 0]
    used = {_way(each) for each in pages if each.link_used_at == now}
    latest = {_way(each): each for each in pages if each.kind != _CALL and (used or each.kind in STAY)}
    return [each for way, each in latest.items() if way not in used]


def _way(each: Delivery) -> tuple[int | None, int | None, str]:
    return each.user_id, each.contact_id, each.kind


async def tell_other_ways(tx: Tx, incident: Incident, user_ids: Set[int], message: MessageView) -> None:
    """Quietly, and on no timeline but as deliveries: nobody but themselves is concerned."""
    for page in other_ways(await delivery.list_deliveries(tx.conn, incident.topic), user_ids, tx.now):
        await notify(
            tx,
            Notification(
                user_id=page.user_id,
                topic=incident.topic,
                purpose=Purpose.ACKNOWLEDGED,
                message=message,
                contact_id=page.contact_id,
                channels=None if page.contact_id is not None else (page.kind,),
                scope_id=incident.scope_id,
            ),
        )
