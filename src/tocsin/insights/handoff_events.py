"""What has happened to hand-offs; topic `schedule/<id>`."""

from datetime import datetime

from tocsin.kernel.ledger import Event


class HandoffEvent(Event, frozen=True, kw_only=True):
    """What every fact about a hand-off carries: its schedule, and when the outgoing people's shift ends."""

    schedule: str
    ends_at: datetime


class HandoffEdited(HandoffEvent, frozen=True, kw_only=True):
    """The note or an entry was written, changed or struck."""


class HandoffSigned(HandoffEvent, frozen=True, kw_only=True):
    """The outgoing side says that the report is complete."""


class HandoffAccepted(HandoffEvent, frozen=True, kw_only=True):
    """The incoming side has taken over."""


class HandoffMissed(HandoffEvent, frozen=True, kw_only=True):
    """Nobody had signed when the shift ended."""
