"""What has become of messages. The topic is what they are about, so that its timeline tells who was reached."""

from datetime import datetime, timedelta
from uuid import UUID

from tocsin.delivery.model import DeliveryState, Purpose
from tocsin.delivery.warning_rules import Change
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
    """The peer took it or says that it arrived (sent), or it will not be tried again (failed); what was sent may fail
    later, when a mail comes back.

    `is_last`: it failed, and nothing of the same notification was sent or is still to be tried: nobody was reached by
    it, and whoever notified goes on to the next person at once (PAG-7). `rings_for`: it was sent, and rings on at the
    provider for that long, unless somebody answers there. What is routine has the delivery for its topic,
    and is on no timeline (`rules.is_routine`).
    """

    state: DeliveryState
    reason: FailureReason | None
    is_last: bool
    rings_for: timedelta | None = None


class DeliveryTaken(DeliveryEvent, frozen=True, kw_only=True):
    """Its provider has it, and does not know yet whether it arrives: a report or silence ends it."""


class ContactBroken(Event, frozen=True, kw_only=True):
    """A provider says that nothing will ever arrive at this address of a person. `contact_id` None: the account's own.
    `is_told`: a message by another way says so to them; else the administrators have to.
    """

    user_id: int
    user_name: str
    contact_id: int | None
    channel: str
    why: str
    is_told: bool


class ReachChanged(Event, frozen=True, kw_only=True):
    """By what, or when, a person is told is another from now on; whoever did it need not be them (SEC-9). `client`: the
    address that the actor came from, empty where none is known."""

    user_id: int
    change: Change
    client: str


class DeliveryHeld(DeliveryEvent, frozen=True, kw_only=True):
    """It waits until then, to travel in one message with what else is held for the same person (PAG-9)."""

    until: datetime
    reason: str


class DeliveryDelayed(DeliveryEvent, frozen=True, kw_only=True):
    """A try failed and another follows; the next way of the same notification is used at once."""

    reason: FailureReason
    attempt: int
