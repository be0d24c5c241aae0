"""The web server's farewell: no request that reached us is cut off, and none waits for a process that is leaving.

On SIGTERM the process stops accepting – its successor, if any, accepts on the same socket –, ends the open streams, and
tells every client that still sends on an old connection to close it. Then what runs gets a few seconds to end.
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from types import FrameType
from typing import Any

import uvicorn

from tocsin.kernel.asgi import Application, Receive, Scope, Send
from tocsin.serve.protocol import Protocol

log = logging.getLogger(__name__)

KEEP_ALIVE = 310
"""Seconds for an idle connection: Prometheus and Alertmanager let go after 300. Were we first, a batch that is sent at
that instant would be lost, since they do not send it again."""
QUIET_FOR = 1.0  # seconds in which clients learn, with an answer, that their connection closes
ENDS_WITHIN = 5  # seconds for what still runs then


class Draining:
    """In front of an application: once `has_begun`, every answer closes its connection."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self.has_begun = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_and_close(message: MutableMapping[str, Any]) -> None:
            # Asked of each answer: one that begins after the drain did may belong to a request from before.
            if self.has_begun and message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
            await send(message)

        await self._app(scope, receive, send_and_close)


class Server(uvicorn.Server):
    """uvicorn's, but a first SIGTERM or SIGINT begins a drain; `end_streams` lets live pages go, `on_started` tells."""

    def __init__(
        self,
        app: Application,
        *,
        limit_concurrency: int,
        end_streams: Callable[[], Awaitable[None]],
        on_started: Callable[[], None],
        trusted_proxies: Sequence[str] = (),
    ) -> None:
        self._draining = Draining(app)
        self._end_streams = end_streams
        self._on_started = on_started
        self._drain: asyncio.Task[None] | None = None
        super().__init__(
            uvicorn.Config(
                self._draining,
                http=Protocol,
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                # What a proxy says of whom it speaks for is believed of those alone that the settings name (SEC-2).
                proxy_headers=bool(trusted_proxies),
                forwarded_allow_ips=list(trusted_proxies),
                limit_concurrency=limit_concurrency,
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=ENDS_WITHIN,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets)
        if self.started:
            self._on_started()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._loop.call_soon_threadsafe(self.begin_drain)

    def begin_drain(self) -> None:
        """Safe to call twice."""
        if self._drain is None:
            self._drain = asyncio.create_task(self._leave(), name="drain")

    async def _leave(self) -> None:
        for server in self.servers:
            server.close()
        self._draining.has_begun = True
        await self._end_streams()
        deadline = self._loop.time() + QUIET_FOR
        while self.server_state.connections and self._loop.time() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # uvicorn tells nobody when its last connection closes
        self.should_exit = True
