"""An address at which nothing will ever arrive: it is called no more, and its owner hears of it by another way.

A test message by it is still sent; whoever answers that mends it (`service.use_ack_token`).
"""

from tocsin.accounts.service import break_email
from tocsin.delivery import contact_store
from tocsin.delivery.events import ContactBroken
from tocsin.delivery.model import Delivery, Line, MessageView, Notification, Purpose, Urgency
from tocsin.delivery.sealing import EMAIL
from tocsin.delivery.service import notify
from tocsin.delivery.wording import shown_address
from tocsin.kernel.tx import Tx

PAGE = "/me/notifications"


async def break_way(tx: Tx, delivery: Delivery, why: str) -> None:
    """The way by which it went works no more, because of `why`; nothing happens when that is known. An address that is
    a contact's and the account's is both.
    """
    if delivery.user_id is None or not await _is_news(tx, delivery, delivery.user_id, why):
        return
    told = await notify(tx, _message(delivery, delivery.user_id, why))
    shown = shown_address(delivery.kind, delivery.address)
    await tx.emit(
        ContactBroken(
            topic=f"user/{delivery.user_id}",
            sentence=f"Nothing is sent to @{delivery.user_name} by {delivery.kind} to {shown} any more: {why}.",
            user_id=delivery.user_id,
            user_name=delivery.user_name,
            contact_id=delivery.contact_id,
            channel=delivery.kind,
            why=why,
            is_told=bool(told),
        )
    )


async def _is_news(tx: Tx, delivery: Delivery, user_id: int, why: str) -> bool:
    is_new = delivery.contact_id is not None and await _break_contact(tx, delivery, user_id, delivery.contact_id, why)
    is_new_of_account = delivery.kind == EMAIL and await break_email(tx, user_id, delivery.address, why)
    return is_new or is_new_of_account


async def _break_contact(tx: Tx, delivery: Delivery, user_id: int, contact_id: int, why: str) -> bool:
    """Unless it has another address by now: a device that renewed its subscription works."""
    contact = await contact_store.find_contact_of(tx.conn, user_id, contact_id)
    if contact is None or contact.address != delivery.address:
        return False
    return await contact_store.update_contact_broken(tx.conn, contact_id, why, tx.now)


def _message(delivery: Delivery, user_id: int, why: str) -> Notification:
    return Notification(
        user_id=user_id,
        topic=f"user/{user_id}",
        purpose=Purpose.NOTICE,
        urgency=Urgency.LOW,
        message=MessageView(
            title=f"You cannot be reached by {delivery.kind}",
            what=f"Nothing is sent to {shown_address(delivery.kind, delivery.address)} any more: {why}. "
            "Correct the address, or send a test to it and answer that.",
            lines=(Line("Until then", "you are called by your other contacts only"),),
            url=PAGE,
        ),
    )
