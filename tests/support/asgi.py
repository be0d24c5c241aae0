"""Speaks to an ASGI application without a socket: bytes in, status, headers and bytes out."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote

from tocsin.kernel.asgi import Application


class Said(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


async def ask(
    app: Application,
    method: str,
    target: str,
    headers: Mapping[str, str] | Sequence[tuple[str, str]] = (),
    body: bytes = b"",
    *,
    pieces: Sequence[bytes] | None = None,
    hangs_up: bool = False,
) -> Said:
    """One request. `pieces` sends the body in parts; an empty last part is added by itself. Who `hangs_up` sends
    `body` and goes away in the midst of it."""
    path, _, query = target.partition("?")
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in pairs],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8377),
    }
    waiting = [{"type": "http.request", "body": body, "more_body": hangs_up}]
    if pieces is not None:
        waiting = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
        waiting.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[Any] = []

    async def receive() -> Any:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *parts = sent
    named = {name.decode(): value.decode() for name, value in start["headers"]}
    return Said(start["status"], named, b"".join(part.get("body", b"") for part in parts))


async def not_here(scope: Any, receive: Any, send: Any) -> None:
    """What stands behind the surfaces under test: 404 with nothing in it."""
    await send({"type": "http.response.start", "status": 404, "headers": [(b"x-rest", b"1")]})
    await send({"type": "http.response.body", "body": b""})
