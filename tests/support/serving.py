"""An application on a real socket, in the event loop of the test: for streams, and for clients that block a thread."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from tests.support.patience import PATIENCE


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """The address of `app` on a free port of loopback, once it answers; stopped at the end, open streams too."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
        running = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
            await asyncio.sleep(0.01)
            if running.done():
                await running
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


async def eventually_async(look: Callable[[], object], *, within: float = PATIENCE) -> None:
    """Returns when `look` is true."""
    async with asyncio.timeout(within):
        while not look():  # noqa: ASYNC110  what is looked at tells nobody
            await asyncio.sleep(0.01)
