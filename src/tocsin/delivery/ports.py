"""What deliveries need from the world: a channel per kind of contact (see `integrations/channels/`)."""

from datetime import timedelta
from typing import Protocol

from tocsin.delivery.model import Outgoing, Receipt


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
