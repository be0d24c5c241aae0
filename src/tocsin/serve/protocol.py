"""One connection of the web server: what a request may be in all, and what becomes of a client that has said its last
word. Its head is `heads`, its pace `patience`.
"""

from typing import Any

from tocsin.serve.heads import BoundedHeads

LARGEST_REQUEST = 64 * 1024 * 1024
"""Bytes; what takes bodies at all takes far less. The fields that may follow a body in chunks are kept like a head."""


class Protocol(BoundedHeads):
    """Closes a connection whose request is beyond every measure; answers one that its client has closed for writing."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._received = 0

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._received = 0

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._received += len(data)
        if self._received > LARGEST_REQUEST:
            self.transport.abort()

    def eof_received(self) -> bool:  # pyright: ignore[reportIncompatibleMethodOverride] - asyncio lets it say so
        """True keeps the connection until the answer has left: `nc -N` and some libraries end their side at once."""
        latest = self.cycle
        if not latest or latest.more_body or latest.response_started:
            return False
        latest.keep_alive = False
        return True
