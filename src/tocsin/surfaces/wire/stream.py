"""One event of the stream on the wire."""

from datetime import datetime

import msgspec


class StreamEvent(msgspec.Struct, kw_only=True):
    """`incident` is the one it is about, such as "INC-1", null when it is about none; `text` is the sentence."""

    id: int
    at: datetime
    kind: str
    topic: str
    incident: str | None
    by: str
    text: str


def position(at: datetime, entry_id: int) -> str:
    """The id of an event in a stream: it says from when on a client that was cut off has missed something."""
    return f"{int(at.timestamp() * 1000)}-{entry_id}"
