"""Apprise, for services that have no channel of their own: Telegram, Signal, Rocket.Chat, Zulip, and some forty more.

Best effort: a service that took a message says nothing more of it, and of a failure there is a status at best. Each
message is sent by a process of its own (`child`), which ends with it.
"""

import asyncio
import os
import sys
from datetime import timedelta
from importlib.util import find_spec

import msgspec
from yarl import URL

from tocsin.delivery.model import Outgoing, Purpose, Receipt
from tocsin.integrations.channels.apprise.child import Outcome, Task
from tocsin.integrations.channels.apprise.services import INSTEAD, SERVICES, service_of
from tocsin.integrations.channels.chat import plain, post_of
from tocsin.integrations.channels.chat_markdown import unbracketed, without_mentions
from tocsin.integrations.channels.definition import ChannelKind, Wires, over_http
from tocsin.kernel.errors import Invalid
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.settings import Settings

KIND = "apprise"
PATIENCE = 7.5
"""Seconds for the process: its start, a second of computing, and all that the service takes."""
AT_ONCE = 4
CHILD = (sys.executable, "-P", "-m", "tocsin.integrations.channels.apprise.child")

_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
_EXAMPLE = "Write it as Apprise's documentation has it, such as tgram://BOT_TOKEN/CHAT_ID."


def check_address(address: str) -> str:
    """The normal form of an address. Raises Invalid when it can never be sent to."""
    text = address.strip()
    service = service_of(text)
    if service in INSTEAD:
        raise Invalid(
            f"{service}:// is not sent by Apprise: there is a channel for it.",
            f"Write `{INSTEAD[service]}:`.",
            field=KIND,
        )
    if "://" not in text or service not in SERVICES:
        raise Invalid(
            "This is no service that Apprise may be asked for.", f"{_EXAMPLE} Allowed are {_LIST}.", field=KIND
        )
    if "format" in _query(text):
        raise Invalid("The address says `format=`, but Tocsin sends plain text.", "Leave it out.", field=KIND)
    return text


_LIST = ", ".join(sorted(SERVICES))


def _query(text: str) -> frozenset[str]:
    try:
        return frozenset(name.lower() for name in URL(text, encoded=True).query)
    except ValueError:
        raise Invalid("This is no address of a service.", _EXAMPLE, field=KIND) from None


class AppriseChannel:
    """Serves `delivery.ports.Channel`. `networks` are those beside the internet that may be called."""

    kind = KIND

    def __init__(self, networks: tuple[str, ...], patience: float = PATIENCE) -> None:
        self._networks = ",".join(networks)
        self._patience = patience
        self._places = asyncio.Semaphore(AT_ONCE)
        self.timeout = timedelta(seconds=patience + 0.5)

    def endpoint(self, address: str) -> str:
        """The service: where its server is may stand anywhere in the address, and so may a token."""
        return service_of(address)

    async def send(self, outgoing: Outgoing) -> Receipt:
        service = service_of(outgoing.address)
        task = Task(outgoing.address, *_words(outgoing), outgoing.purpose is Purpose.PAGE, self._networks)
        try:
            async with asyncio.timeout(self._patience), self._places:
                said = await _run(msgspec.json.encode(task))
        except TimeoutError:
            raise SendFailed(FailureReason.TIMEOUT, f"{service} took longer than {self._patience:g} s") from None
        outcome = _read(said)
        if outcome.reason is not None:
            raise SendFailed(outcome.reason, f"{service}: {outcome.detail}")
        return Receipt(answer=f"taken by {service}")


def _words(outgoing: Outgoing) -> tuple[str, str]:
    """Title and body. Some services read Markdown in what they are told is plain text: nothing in it mentions or hides
    anything; the links are Tocsin's own.
    """
    post = post_of(outgoing)
    return _harmless(post.headline), plain(post, _harmless, headline=False)


def _harmless(text: str) -> str:
    return without_mentions(unbracketed(text))


async def _run(task: bytes) -> bytes:
    child = await asyncio.create_subprocess_exec(
        *CHILD,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=_environment(),
    )
    try:
        said, _ = await child.communicate(task)
        return said
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


def _environment() -> dict[str, str]:
    """Nothing of ours: neither settings nor proxies, which would go round the guard, nor anybody's `.netrc`."""
    kept = {name: os.environ[name] for name in _CERTIFICATES if name in os.environ}
    return {"PATH": os.defpath, "LANG": "C.UTF-8", "HOME": "/nonexistent", **kept}


def _read(said: bytes) -> Outcome:
    try:
        return msgspec.json.decode(said, type=Outcome)
    except msgspec.DecodeError:
        return Outcome(FailureReason.OTHER, "the program that sends by Apprise has ended without a word")


def missing(settings: Settings) -> str | None:
    """Apprise brings ten packages and 15 MB that others need not have."""
    if find_spec("apprise") is not None:
        return None
    return "Apprise is not installed; run: pip install 'tocsin[apprise]'"


def _make(wires: Wires) -> AppriseChannel:
    return AppriseChannel(tuple(wires.settings.allowed_networks))


APPRISE = ChannelKind(KIND, check_address, over_http(_make), missing=missing, is_room=True)
