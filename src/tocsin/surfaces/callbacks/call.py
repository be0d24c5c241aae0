"""A call of a provider and our answer to it, as the modules of the providers see them."""

from collections.abc import Mapping
from dataclasses import dataclass

Header = tuple[bytes, bytes]

_TEXT = (b"content-type", b"text/plain; charset=utf-8")
_NOT_KEPT = (b"cache-control", b"no-store")


@dataclass(frozen=True)
class Call:
    """`place` is the path behind the provider's name, `url` the whole public address that was called."""

    place: str
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[Header, ...]
    body: bytes


def noted() -> Answer:
    """There is nothing to say."""
    return Answer(204, (_NOT_KEPT,), b"")


def said(content_type: str, body: bytes) -> Answer:
    return Answer(200, ((b"content-type", content_type.encode()), _NOT_KEPT), body)


def refused(status: int, why: str, *headers: Header) -> Answer:
    return Answer(status, (_TEXT, _NOT_KEPT, *headers), f"{why}\n".encode())
