"""A span around each request that may change something; it goes on with the trace of whoever sent it (W3C)."""

from __future__ import annotations

from typing import Any

from tocsin.kernel import tracing
from tocsin.kernel.asgi import Application, Receive, Scope, Send

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_SHOWN_OF_API = 4
"""How many pieces of an address of the API are shown: `/api/v1/incidents` and the empty one in front."""


class Traced:
    """In front of an application, in a process that is followed."""

    def __init__(self, rest: Application) -> None:
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in _READING:
            await self._rest(scope, receive, send)
            return
        parents = [value.decode("latin-1") for name, value in scope["headers"] if name == tracing.HANDED_ON.encode()]
        method = scope["method"]
        with tracing.span(
            f"{method} {shown_path(scope['path'])}",
            part="server",
            parents=parents[:1],
            about={"http.request.method": method},
        ) as span:

            async def answer(message: Any) -> None:
                if message["type"] == "http.response.start":
                    span.say("http.response.status_code", message["status"])
                    if message["status"] >= 500:
                        span.fail(str(message["status"]))
                await send(message)

            await self._rest(scope, receive, answer)


def shown_path(path: str) -> str:
    """Its beginning alone: what follows may be the key of an integration, or the token of a link."""
    pieces = path.split("/")
    return "/".join(pieces[: _SHOWN_OF_API if path.startswith("/api/") else 2])
