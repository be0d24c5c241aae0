"""What has become of messages. The topic is what they are about, so that its timeline tells who was reached."""

from datetime import datetime
from uuid import UUID

from tocsin.delivery.model import DeliveryState, Purpose
from tocsin.kernel.ledger import Event
from tocsin.kernel.outbound import FailureReason


class DeliveryEvent(Event, frozen=True, kw_only=True):
    """The names that every fact about a delivery carries. `cause` is `Notification.cause`."""

    delivery_id: UUID
    notification_id: UUID
    user_id: int | None
    channel: str
    purpose: Purpose
    cause: str


class DeliveryEnded(DeliveryEvent, frozen=True, kw_only=True):
    """The peer took it (sent), or it will not be tried again (failed).

    `is_last`: it failed, and nothing of the same notification was sent or is still to be tried: nobody was reached by
    it, and whoever notified goes on to the next person at once (PAG-7). What is routine has the delivery for its topic,
    and is on no timeline (`rules.is_routine`).
    """

    state: DeliveryState
    reason: FailureReason | None
    is_last: bool


class DeliveryHeld(DeliveryEvent, frozen=True, kw_only=True):
    """It waits until then, to travel in one message with what else is held for the same person (PAG-9)."""

    until: datetime
    reason: str


class DeliveryDelayed(DeliveryEvent, frozen=True, kw_only=True):
    """A try failed and another follows; the next way of the same notification is used at once."""

    reason: FailureReason
    attempt: int
