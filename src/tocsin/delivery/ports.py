"""What deliveries need from the world: a channel per kind of contact (see `integrations/channels/`)."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol, runtime_checkable

from tocsin.delivery.model import Delivery, Outgoing, Receipt, Ring


class Channel(Protocol):
    """One way to reach people.

    `send` runs outside any transaction and may be called again with the same `Outgoing.id` after a crash or a lost
    answer; it passes that id on so that the receiver can drop the second copy. It ends within `timeout`.
    """

    @property
    def kind(self) -> str: ...

    @property
    def timeout(self) -> timedelta: ...

    def endpoint(self, address: str) -> str:
        """The peer that serves this address, as "host:port": what fails together, and is held back together (REL-7)."""
        ...

    async def send(self, outgoing: Outgoing) -> Receipt:
        """Raises `SendFailed` unless the peer took the message."""
        ...


@runtime_checkable
class Ringing(Protocol):
    """A channel whose peer rings until somebody answers there, and can be asked whether that has happened."""

    async def read_ring(self, ref: str, now: datetime) -> Ring:
        """`ref` is of the receipt that the peer gave. Raises `SendFailed` when it does not say."""
        ...


@runtime_checkable
class Priced(Protocol):
    """A channel whose messages cost something."""

    def price(self, outgoing: Outgoing) -> Decimal | None:
        """What one try of this message costs, in the currency of the settings; None where no price was set."""
        ...


@runtime_checkable
class TakesBack(Protocol):
    """A channel whose peer can be told to stop bringing what it has taken: to end a call."""

    async def take_back(self, sent: Delivery, now: datetime) -> None:
        """`sent.ref` is of the receipt that the peer gave; a peer that cannot is not asked. Raises `SendFailed`."""
        ...
