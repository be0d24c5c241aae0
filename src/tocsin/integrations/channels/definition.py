"""What a channel's folder tells the registry about itself."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from tocsin.delivery.ports import Channel
from tocsin.kernel.addresses import AddressGuard
from tocsin.kernel.http import GuardedHttp
from tocsin.settings import Settings


@dataclass(frozen=True)
class Wires:
    """What the channels of a process share: the settings, and the guarded ways out (SEC-4)."""

    settings: Settings
    guard: AddressGuard
    http: GuardedHttp


def needs_nothing(settings: Settings) -> None:
    """For a channel that works with any settings."""
    return


@dataclass(frozen=True)
class ChannelKind:
    """One kind of contact. `check_address` returns the normal form of an address and raises Invalid. `missing` says
    what the settings lack before it can be sent at all, None when nothing. `open` is entered once a process, and only
    when nothing is missing. `is_room`: many read it together, so that `chats:` may name one.
    """

    name: str
    check_address: Callable[[str], str]
    open: Callable[[Wires], AbstractAsyncContextManager[Channel]]
    missing: Callable[[Settings], str | None] = needs_nothing
    is_room: bool = False


def over_http(make: Callable[[Wires], Channel]) -> Callable[[Wires], AbstractAsyncContextManager[Channel]]:
    """`open` of a channel that has nothing of its own to close."""

    @asynccontextmanager
    async def open_channel(wires: Wires) -> AsyncGenerator[Channel]:
        yield make(wires)

    return open_channel
