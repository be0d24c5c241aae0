"""One event of the stream on the wire."""

from datetime import UTC, datetime

import msgspec

from tocsin.kernel.errors import Invalid
from tocsin.kernel.text import whole_number

RESET = "reset"
"""The event that stands for more than a stream replays: what was missed is to be read again as a whole."""

REPLAYED = 500
"""Entries that a stream sends again at most to who comes back."""

_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class StreamEvent(msgspec.Struct, kw_only=True):
    """`incident` is the one it is about, such as "INC-1", null when it is about none; `text` is the sentence."""

    id: int
    at: datetime
    kind: str
    topic: str
    incident: str | None
    by: str
    text: str


class Reset(msgspec.Struct, kw_only=True):
    """What the event `reset` carries: the sentence that says so."""

    text: str


def position(at: datetime, entry_id: int) -> str:
    """The id of an event in a stream: it says from when on a client that was cut off has missed something."""
    return f"{int(at.timestamp() * 1000)}-{entry_id}"


def parse_position(text: str) -> datetime:
    """The instant of an event's id. Raises Invalid."""
    milliseconds = whole_number(text.partition("-")[0], 14)
    if milliseconds is None:
        raise Invalid(
            "This is not the id of an event.", "Send the id of the last event you saw.", field="Last-Event-ID"
        )
    return max(datetime.fromtimestamp(milliseconds / 1000, UTC), _LONG_AGO)
