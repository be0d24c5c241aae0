"""Channels that record what is sent by them, so that a story can say who received what – and that nobody got more."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from tocsin.delivery.model import Delivery, MessageView, Outgoing, Purpose, Receipt
from tocsin.kernel.outbound import FailureReason, SendFailed


@dataclass(frozen=True)
class Received:
    """One message as it came to a person's device."""

    user_id: int | None
    kind: str
    purpose: Purpose
    view: MessageView
    at: datetime
    delivery: Outgoing

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {self.kind} {self.purpose}: {self.view.title} – {self.view.what}"


class Airwaves:
    """What all recording channels of a story share: the messages nobody has asked for yet, what is broken, and what
    each kind answers to a send where that is not 250 OK."""

    def __init__(self) -> None:
        self.unread: list[Received] = []
        self.on_send: Callable[[Outgoing], None] | None = None
        self.while_sending: Callable[[], Awaitable[None]] | None = None
        self.taken_back: list[UUID] = []
        self.receipts: dict[str, Receipt] = {}
        self._broken: dict[str, SendFailed] = {}

    def break_down(self, kind: str, reason: FailureReason = FailureReason.REFUSED) -> None:
        """From now on every send by this kind of channel fails."""
        self._broken[kind] = SendFailed(reason, f"the {kind} of this story is broken")

    def fail_with(self, kind: str, failure: SendFailed) -> None:
        """The same with the very failure."""
        self._broken[kind] = failure

    def mend(self, kind: str) -> None:
        del self._broken[kind]

    def mend_all(self) -> None:
        self._broken.clear()

    def carry(self, kind: str, outgoing: Outgoing) -> None:
        """Raises SendFailed when the kind is broken."""
        if self.on_send is not None:
            self.on_send(outgoing)
        self.check(kind)
        received = Received(outgoing.user_id, kind, outgoing.purpose, outgoing.message, outgoing.now, outgoing)
        self.unread.append(received)

    def check(self, kind: str) -> None:
        """Raises SendFailed when the kind is broken."""
        if kind in self._broken:
            raise self._broken[kind]


class RecordingChannel:
    """A `delivery.ports.Channel`: everything it is handed arrives at once. It is `Priced` as it answers, and
    `TakesBack` what is asked of it."""

    def __init__(self, kind: str, airwaves: Airwaves) -> None:
        self._kind = kind
        self._airwaves = airwaves

    @property
    def kind(self) -> str:
        return self._kind

    @property
    def timeout(self) -> timedelta:
        return timedelta(seconds=8)

    def endpoint(self, address: str) -> str:
        return f"{self._kind}.example.com:443"

    async def send(self, outgoing: Outgoing) -> Receipt:
        self._airwaves.carry(self._kind, outgoing)
        if self._airwaves.while_sending is not None:
            await self._airwaves.while_sending()
        return self._airwaves.receipts.get(self._kind, Receipt(answer="250 OK"))

    def price(self, outgoing: Outgoing) -> Decimal | None:
        receipt = self._airwaves.receipts.get(self._kind)
        return None if receipt is None else receipt.cost

    async def take_back(self, sent: Delivery, now: datetime) -> None:
        self._airwaves.taken_back.append(sent.id)
        self._airwaves.check(self._kind)
