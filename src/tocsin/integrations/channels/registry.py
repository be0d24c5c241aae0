"""All channels of this program: one line each. Adding one is a folder and its line here."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

from tocsin.delivery.model import Outgoing, Receipt
from tocsin.delivery.ports import Channel
from tocsin.integrations.channels.apprise.send import APPRISE
from tocsin.integrations.channels.definition import ChannelKind, Wires
from tocsin.integrations.channels.discord.send import DISCORD
from tocsin.integrations.channels.email.opening import EMAIL
from tocsin.integrations.channels.google_chat.send import GOOGLE_CHAT
from tocsin.integrations.channels.gotify.send import GOTIFY
from tocsin.integrations.channels.matrix.send import MATRIX
from tocsin.integrations.channels.mattermost.send import MATTERMOST
from tocsin.integrations.channels.ntfy.send import NTFY
from tocsin.integrations.channels.push.send import PUSH_KIND
from tocsin.integrations.channels.pushover.send import PUSHOVER
from tocsin.integrations.channels.slack.send import SLACK
from tocsin.integrations.channels.sms.send import SMS
from tocsin.integrations.channels.teams.send import TEAMS
from tocsin.integrations.channels.voice.send import VOICE
from tocsin.integrations.channels.webhook.send import WEBHOOK
from tocsin.kernel.addresses import AddressGuard, parse_network_list
from tocsin.kernel.errors import Invalid
from tocsin.kernel.http import GuardedHttp
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.settings import Settings

CHANNELS: tuple[ChannelKind, ...] = (
    EMAIL,
    WEBHOOK,
    NTFY,
    PUSH_KIND,
    GOTIFY,
    PUSHOVER,
    SLACK,
    MATTERMOST,
    DISCORD,
    SMS,
    VOICE,
    TEAMS,
    GOOGLE_CHAT,
    MATRIX,
    APPRISE,
)

_BY_NAME = {kind.name: kind for kind in CHANNELS}
KINDS = tuple(_BY_NAME)
"""Kinds of contact that a file may name."""
ROOMS = tuple(kind.name for kind in CHANNELS if kind.is_room)
"""Kinds of chat that a file may name."""


def check_address(kind: str, address: str) -> str:
    """The normal form of a contact's address. Raises Invalid for an unknown kind or an address that cannot be used."""
    if kind not in _BY_NAME:
        raise Invalid(f"{kind!r} is no way to reach a person.", f"Use one of {', '.join(KINDS)}.", field=kind)
    return _BY_NAME[kind].check_address(address)


def why_not_configured(kind: str, settings: Settings) -> str | None:
    """What is missing before this kind can be sent at all; None when nothing is (`plan` and `doctor` ask)."""
    return _BY_NAME[kind].missing(settings)


def list_configured(settings: Settings) -> tuple[str, ...]:
    """The kinds by which this installation can send."""
    return tuple(kind for kind in KINDS if why_not_configured(kind, settings) is None)


@asynccontextmanager
async def open_channels(settings: Settings) -> AsyncGenerator[dict[str, Channel]]:
    """Every kind, also those that lack configuration: they fail each delivery at once and say what to set."""
    guard = AddressGuard(parse_network_list(",".join(settings.allowed_networks)))
    async with GuardedHttp(guard) as http, AsyncExitStack() as opened:
        wires = Wires(settings, guard, http)
        channels: dict[str, Channel] = {}
        for kind in CHANNELS:
            missing = kind.missing(settings)
            channels[kind.name] = (
                Unconfigured(kind.name, missing) if missing else await opened.enter_async_context(kind.open(wires))
            )
        yield channels


class Unconfigured:
    """A channel that says what is missing. Serves `delivery.ports.Channel`."""

    timeout = timedelta(seconds=1)

    def __init__(self, kind: str, missing: str) -> None:
        self.kind = kind
        self._missing = missing

    def endpoint(self, address: str) -> str:
        return self.kind

    async def send(self, outgoing: Outgoing) -> Receipt:
        raise SendFailed(FailureReason.REJECTED, self._missing)
