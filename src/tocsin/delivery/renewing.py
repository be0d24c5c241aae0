"""A browser has another subscription in place of the one by which its owner let it wake them: push services end them,
and browsers make new ones, while no page is open and nobody is there to press a button.

The device itself shows that it is the one (`keys.DeviceProofs`): nobody becomes reachable by it who was not before.
"""

from msgspec.structs import replace

from tocsin.accounts.service import audit, find_user
from tocsin.delivery import device_store
from tocsin.delivery.devices import PUSH, Device, address_of, read_device
from tocsin.delivery.keys import DeviceProofs
from tocsin.delivery.model import Contact
from tocsin.delivery.warning import warn
from tocsin.delivery.warning_rules import renewed
from tocsin.kernel.errors import NotFound, Refused
from tocsin.kernel.tx import Tx


async def renew_device(tx: Tx, proofs: DeviceProofs, proof: str, device: Device, client: str) -> str:
    """The contact has this address from now on, and stays what it is: its name, place and proof, and the rules. What
    waits to be sent by it goes there, and its owner hears of it by their other ways. `client` is the address from which
    it is said. Gives the proof for the next time.

    `device` is as `devices.read_device` gives it. Raises NotFound unless the proof is of a contact as it is now, which
    its owner added, and Refused when the person has the new address already.
    """
    contact = await _find_device(tx, proofs, proof)
    user = await find_user(tx.conn, contact.user_id) if contact is not None and contact.user_id else None
    if contact is None or contact.id is None or user is None or user.is_disabled:
        raise _no_device()
    address = address_of(replace(device, name=read_device(contact.address).name))
    if address != contact.address:
        waiting = await device_store.lock_waiting(tx.conn, contact.id)  # before the contact: so does whoever breaks it
        await device_store.update_deliveries_address(tx.conn, waiting, address)
        if not await device_store.update_contact_address(tx.conn, contact, address):
            raise Refused(
                "This subscription is a contact already.", "Press Wake me on this device on the device itself."
            )
        await audit(tx, "tocsin", "renewed the subscription of a device of", f"@{user.name}", client=client)
        await warn(tx, user, renewed(contact), "The device itself", client)
    return proofs.issue(contact.id, address)


async def _find_device(tx: Tx, proofs: DeviceProofs, proof: str) -> Contact | None:
    contact_id = proofs.contact_of(proof)
    contact = None if contact_id is None else await device_store.find_contact(tx.conn, contact_id)
    if contact is None or contact_id is None or contact.kind != PUSH or not contact.is_own:
        return None
    return contact if proofs.is_current(proof, contact_id, contact.address) else None


def _no_device() -> NotFound:
    return NotFound(
        "This proof is of no device that wakes anybody, or its subscription was renewed already.",
        "Open My notifications on the device itself, and press Wake me on this device.",
    )
