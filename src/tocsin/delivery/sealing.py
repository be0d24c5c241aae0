"""Addresses as they are stored (SEC-3): sealed, for whoever knows one may send by it. Those of mails are no secret."""

from uuid import UUID

from msgspec.structs import replace

from tocsin.delivery.model import Contact, Delivery
from tocsin.kernel.secrets import Keyring

EMAIL = "email"


def contact_place(user_id: int | None, kind: str) -> str:
    """Where a contact's address opens; its id is not known yet when it is sealed."""
    return f"contact.address/{user_id}/{kind}"


def sealed_address(keyring: Keyring, kind: str, address: str, place: str) -> str:
    return address if kind == EMAIL else keyring.seal(address, place)


def opened_contact(contact: Contact, keyring: Keyring) -> Contact:
    """With its address, or UNREADABLE for one."""
    if contact.kind == EMAIL:
        return contact
    return replace(contact, address=keyring.read(contact.address, contact_place(contact.user_id, contact.kind)))


def sealed_delivery(delivery: Delivery, keyring: Keyring) -> Delivery:
    place = delivery_place(delivery.id)
    return replace(delivery, address=sealed_address(keyring, delivery.kind, delivery.address, place))


def opened_delivery(delivery: Delivery, keyring: Keyring) -> Delivery:
    """With its address, or UNREADABLE for one."""
    if delivery.kind == EMAIL:
        return delivery
    return replace(delivery, address=keyring.read(delivery.address, delivery_place(delivery.id)))


def delivery_place(delivery_id: UUID) -> str:
    return f"delivery.address/{delivery_id}"
