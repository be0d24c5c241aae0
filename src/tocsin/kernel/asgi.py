"""Raw ASGI for the surfaces that do without a framework: reading a body that may be hostile (too large, too slow, a
gzip
bomb: SEC-7), credentials, and sending an answer.
"""

import asyncio
import base64
import binascii
import zlib
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]

BODY_DEADLINE = 10.0
"""Seconds for the whole body; Prometheus itself gives up after ten."""
_MEMBERS = 100


class BodyRefused(Exception):
    """`status` and a sentence that says what to do."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Disconnected(Exception):
    """The client went away before its body was complete: nobody is left to answer."""


def is_text(raw_path: bytes, query: bytes) -> bool:
    """Whether path and query are UTF-8 without NUL, as every column can hold them (SEC-7)."""
    raw = unquote_to_bytes(raw_path + b"?" + query)
    try:
        return "\x00" not in raw.decode()
    except UnicodeDecodeError:
        return False


async def read_body(receive: Receive, *, cap: int, declared: int | None, encoding: str) -> bytes:
    """The body, decompressed. Raises BodyRefused (408, 413, 415, 400) and Disconnected."""
    if declared is not None and declared > cap:
        raise _too_large(cap)
    if encoding not in ("", "identity", "gzip"):
        raise BodyRefused(415, f"Content-Encoding {encoding} is not supported; send gzip or nothing")
    message = await _receive(receive)
    body = message.get("body", b"")
    if message.get("more_body"):
        body = await _read_rest(receive, body, cap)
    if len(body) > cap:
        raise _too_large(cap)
    return _inflate(body, cap) if encoding == "gzip" else body


async def _read_rest(receive: Receive, first: bytes, cap: int) -> bytes:
    parts, size = [first], len(first)
    try:
        async with asyncio.timeout(BODY_DEADLINE):
            while True:
                message = await _receive(receive)
                parts.append(message.get("body", b""))
                size += len(parts[-1])
                if size > cap:
                    raise _too_large(cap)
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError:
        raise BodyRefused(408, f"the body did not arrive within {BODY_DEADLINE:.0f} seconds; send it again") from None


async def _receive(receive: Receive) -> MutableMapping[str, Any]:
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Disconnected
    return message


def _inflate(body: bytes, cap: int) -> bytes:
    """All members: a sender may compress piece by piece (RFC 1952, 2.2)."""
    plain = b""
    for _ in range(_MEMBERS):
        member, body = _inflate_member(body, cap - len(plain), cap)
        plain += member
        if not body.strip(b"\0"):  # some pad the end
            return plain
    raise BodyRefused(400, f"the gzip body has more than {_MEMBERS} members; compress it as one")


def _inflate_member(body: bytes, left: int, cap: int) -> tuple[bytes, bytes]:
    """What the first member holds, and what follows it."""
    inflater = zlib.decompressobj(wbits=31)
    try:
        plain = inflater.decompress(body, left + 1)
    except zlib.error as error:
        raise BodyRefused(400, f"the body is not gzip although Content-Encoding says so: {error}") from error
    if len(plain) > left:
        raise _too_large(cap)
    if not inflater.eof:
        raise BodyRefused(400, "the gzip body is cut off")
    return plain, inflater.unused_data


def _too_large(cap: int) -> BodyRefused:
    return BodyRefused(413, f"the body is larger than {cap // 1024} KiB; send fewer alerts in one request")


async def send_answer(send: Send, status: int, headers: Headers, body: bytes) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [length, *headers]})
    await send({"type": "http.response.body", "body": body})


def key_from_authorization(value: bytes) -> str | None:
    """Basic: the password, whatever the user; Bearer, Opsgenie's GenieKey and PagerDuty's `Token token=`: the token."""
    return _read_authorization(value) if len(value) <= _LONGEST_AUTHORIZATION else None


_LONGEST_AUTHORIZATION = 4096


@lru_cache(maxsize=1024)
def _read_authorization(value: bytes) -> str | None:
    scheme, _, rest = value.strip().partition(b" ")
    rest = rest.strip()
    match scheme.lower():
        case b"bearer" | b"geniekey":
            return rest.decode("latin-1") or None
        case b"basic":
            try:
                decoded = base64.b64decode(rest, validate=True).decode("utf-8", "replace")
            except binascii.Error:
                return None
            return decoded.partition(":")[2] or None
        case b"token":
            return rest.removeprefix(b"token=").decode("latin-1") or None
        case _:
            return None
