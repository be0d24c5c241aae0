"""A browser that its owner lets wake them: a contact that needs no code, since it was made on the device itself."""

from tocsin.accounts.model import User
from tocsin.delivery import contact_store, contacts
from tocsin.delivery.confirming import add_contact
from tocsin.delivery.devices import PUSH
from tocsin.delivery.model import ContactDraft, DeliveryId
from tocsin.kernel.tx import Tx


async def wake_device(tx: Tx, user: User, address: str, by: str) -> DeliveryId:
    """The device as a contact, and a test message to it, which proves it once its owner answers.

    `address` is in the normal form of its channel. A device that is there already gets the message only. Raises Refused
    when the person has too many contacts, or when a test was sent to this one a moment ago.
    """
    known = await contact_store.list_contacts(tx.conn, user.id)
    device = next((each for each in known if (each.kind, each.address) == (PUSH, address)), None)
    if device is None:
        device = await add_contact(tx, user, ContactDraft(PUSH, address), by, is_verified=True)
    return await contacts.send_test(tx, user, device.id, by)
