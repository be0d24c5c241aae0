"""Notifying on the organisation's clock: what names no time zone of its own is in the organisation's."""

from msgspec.structs import replace

from tocsin.catalog.service import organisation_in
from tocsin.delivery import service as delivery
from tocsin.delivery.model import DeliveryId, Notification
from tocsin.kernel.tx import Tx


async def notify(tx: Tx, notification: Notification) -> list[DeliveryId]:
    """`delivery.notify`; a chat, an address, and whoever has no time zone reads the organisation's clock."""
    zone = (await organisation_in(tx)).time_zone
    return await delivery.notify(tx, replace(notification, message=replace(notification.message, time_zone=zone)))
