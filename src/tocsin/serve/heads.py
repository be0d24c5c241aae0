"""How large the head of a request may be: a connection that sends more is told so and closed.

The parser keeps a head in memory until it ends, however long that is, and uvicorn waits for it; some dozens of clients
would fill a machine.
"""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 64 * 1024
"""Bytes of request line and headers beyond the read in which they begin, which may hold the end of a body, too."""


class BoundedHeads(HttpToolsProtocol):
    """uvicorn's protocol, with an end to its patience."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._is_in_head = False
        self._has_begun = False
        self._size = 0

    def data_received(self, data: bytes) -> None:
        self._has_begun = False
        super().data_received(data)
        if self._is_in_head and not self._has_begun:
            self._size += len(data)
            if self._size > LARGEST_HEAD:
                self.send_400_response(f"The head of a request is at most {LARGEST_HEAD // 1024} KiB.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_in_head = self._has_begun = True
        self._size = 0

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        super().on_headers_complete()
