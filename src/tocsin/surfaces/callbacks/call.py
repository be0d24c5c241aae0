"""A call of a provider and our answer to it, as the modules of the providers see them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

Header = tuple[bytes, bytes]

_TEXT = (b"content-type", b"text/plain; charset=utf-8")
_NOT_KEPT = (b"cache-control", b"no-store")


@dataclass(frozen=True)
class Call:
    """`place` is the path behind the provider's name, `url` the whole public address that was called. The body is
    read only after what stands in front of it was looked at."""

    place: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Answer:
    """`is_unproven`: nothing shows that the call is the provider's."""

    status: int
    headers: tuple[Header, ...]
    body: bytes
    is_unproven: bool = False


def noted() -> Answer:
    """There is nothing to say."""
    return Answer(204, (_NOT_KEPT,), b"")


def said(content_type: str, body: bytes) -> Answer:
    return Answer(200, ((b"content-type", content_type.encode()), _NOT_KEPT), body)


def refused(status: int, why: str, *headers: Header) -> Answer:
    return Answer(status, (_TEXT, _NOT_KEPT, *headers), f"{why}\n".encode())


def unproven(status: int, why: str) -> Answer:
    return replace(refused(status, why), is_unproven=True)
