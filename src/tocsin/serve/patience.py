"""How long a client may take to send one request: a connection that holds back its head or its body is closed.

uvicorn waits for ever; a few thousand half requests would use up every connection there is.
"""

import asyncio
from collections.abc import Iterable
from typing import Any

SEND_WITHIN = 30.0  # seconds for head and body
LOOK_EVERY = 5.0

Request = tuple[int, int]


class Patience:
    """`look` at all connections now and then; it returns those that have been sending the same request too long."""

    def __init__(self, within: float = SEND_WITHIN) -> None:
        self._within = within
        self._since: dict[Request, float] = {}

    def look(self, connections: Iterable[Any], now: float) -> list[Any]:
        sending = {(id(each), id(each.cycle)): each for each in connections if is_sending(each)}
        self._since = {request: self._since.get(request, now) for request in sending}
        return [sending[request] for request, since in self._since.items() if now - since > self._within]


def is_sending(connection: Any) -> bool:
    """Whether uvicorn waits for more of a request: for its head (no answer under way, no timer of an idle connection
    runs) or for its body.
    """
    cycle = connection.cycle
    if cycle is None or cycle.response_complete:
        return connection.timeout_keep_alive_task is None
    return bool(cycle.more_body)


async def close_slow(connections: Iterable[Any]) -> None:
    """For as long as the server runs; `connections` is its own set of protocols."""
    patience = Patience()
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(LOOK_EVERY)
        for connection in patience.look(list(connections), loop.time()):
            connection.transport.close()
