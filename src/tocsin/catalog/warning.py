"""Warning a person, by every way that the change is not about, when how they are reached has changed (SEC-9)."""

from msgspec.structs import replace

from tocsin.accounts.model import User
from tocsin.accounts.service import find_user
from tocsin.catalog.notifying import notify
from tocsin.catalog.service import organisation_in
from tocsin.delivery import service as delivery
from tocsin.delivery.contacts import read_told
from tocsin.delivery.events import ReachChanged
from tocsin.delivery.model import BULK, Notification, Outsider, Purpose, Urgency
from tocsin.delivery.sealing import EMAIL
from tocsin.delivery.warning_rules import Moved, has_to_write, letter_to_old_address, warning
from tocsin.kernel.tx import Tx


async def tell_changed(tx: Tx, event: ReachChanged) -> None:
    """Reaction: the person hears of it, and so does the address that was their account's."""
    await notify(
        tx,
        Notification(
            user_id=event.user_id,
            topic=event.topic,
            purpose=Purpose.NOTICE,
            urgency=Urgency.LOW,
            prio=BULK,
            message=warning(event.change, event.actor, event.client, tx.now),
            is_warning=True,
            but_contacts=event.change.contacts,
        ),
    )
    moved = event.change.moved
    if moved is not None and has_to_write(moved, await read_told(tx.conn, event.user_id)):
        user = await find_user(tx.conn, event.user_id)
        assert user is not None  # whoever was reached is there, and rows of people are never deleted
        await _write_to_old_address(tx, event, user, moved)


async def _write_to_old_address(tx: Tx, event: ReachChanged, user: User, moved: Moved) -> None:
    """Its reader's clock is the person's, though it is no address of theirs any more."""
    zone = user.time_zone or (await organisation_in(tx)).time_zone
    letter = letter_to_old_address(user.name, moved, event.actor, event.client, tx.now)
    await delivery.notify(
        tx,
        Notification(
            user_id=None,
            outsider=Outsider(user.name, EMAIL, moved.old or ""),
            topic=event.topic,
            purpose=Purpose.NOTICE,
            urgency=Urgency.LOW,
            prio=BULK,
            message=replace(letter, time_zone=zone),
        ),
    )
