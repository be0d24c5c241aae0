"""How each channel of the contract suite is put in front of a real little server in a given situation.

A new channel adds a class here and its line in `BENCHES`; the situations and what they must lead to are in
`test_contract.py`.
"""

import asyncio
import os
import ssl
import tempfile
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.headerregistry import Address
from functools import cache
from typing import Any, Protocol
from uuid import UUID

import msgspec
import trustme

from tests.support.patience import PATIENCE
from tests.support.programs import free_port
from tests.support.push_service import Browser
from tests.support.sinks import (
    Behaviour,
    HttpSink,
    LoopThread,
    Mail,
    SmtpSink,
    answers,
    drips,
    floods,
    says,
    silent,
)
from tocsin.delivery.keys import device_proofs
from tocsin.delivery.model import Line, MessageView, Outgoing, Purpose, Urgency
from tocsin.delivery.ports import Channel
from tocsin.integrations.channels.apprise.send import AppriseChannel
from tocsin.integrations.channels.discord.send import DiscordChannel
from tocsin.integrations.channels.email.compose import Identity
from tocsin.integrations.channels.email.send import EmailChannel
from tocsin.integrations.channels.google_chat import send as google_chat
from tocsin.integrations.channels.gotify import send as gotify
from tocsin.integrations.channels.matrix import send as matrix
from tocsin.integrations.channels.mattermost import send as mattermost
from tocsin.integrations.channels.ntfy import send as ntfy
from tocsin.integrations.channels.push.send import PushChannel
from tocsin.integrations.channels.pushover.send import PushoverChannel
from tocsin.integrations.channels.slack import send as slack
from tocsin.integrations.channels.sms.send import GatewayTexts, SmsChannel, TwilioTexts
from tocsin.integrations.channels.teams import send as teams
from tocsin.integrations.channels.voice.send import GatewayCalls, TwilioCalls, VoiceChannel
from tocsin.integrations.channels.webhook import send as webhook
from tocsin.integrations.telephony.gateway import HttpGateway
from tocsin.integrations.telephony.twilio import TwilioApi
from tocsin.kernel.addresses import AddressGuard, parse_network_list
from tocsin.kernel.http import GuardedHttp, HttpTimeout
from tocsin.kernel.smtp import GuardedSmtp, SmtpTimeout, parse_smtp_url
from tocsin.kernel.web_push import sender
from tocsin.provider_settings import Gateway, Pushover, Twilio

LOOPBACK = AddressGuard(parse_network_list("127.0.0.0/8"))
MASTER = bytes(range(32))
NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
AUTHORITY = trustme.CA()
IDENTITY = sender(MASTER, "mailto:tocsin@example.com")
DEVICES = device_proofs(MASTER)
SLOW = ("falls silent", "drips")

PUSHOVER_KEY = "uQiRzpo4DXghDmr9QzzfQu27cmVRsG"
NUMBER = "+4915112345678"
TWILIO = Twilio(account_sid="AC00000000000000000000000000000000", auth_token="s3cret", number="+15557654321")
GATEWAY = Gateway(
    headers=(("Content-Type", "application/json"),), body='{"to": "{to}", "text": "{text}"}', secret="s3cret"
)

OUTGOING = Outgoing(
    id=UUID("01920000-0000-7000-8000-000000000001"),
    user_id=1,
    contact_id=7,
    address="",
    topic="incident/42",
    purpose=Purpose.PAGE,
    urgency=Urgency.HIGH,
    message=MessageView(
        title="Checkout 5xx",
        incident_ref="INC-1",
        severity="SEV-2",
        what="12 % of requests fail.",
        why_you="You are on call for payments-primary until Mon 09:00.",
        since=datetime(2026, 11, 21, 3, 0, tzinfo=UTC),
        time_zone="Europe/Berlin",
        lines=(Line("Service", "checkout"),),
        url="https://tocsin.example.com/incidents/INC-1",
        can_acknowledge=True,
    ),
    attempt=1,
    requested_at=NOW,
    now=NOW,
    ack_url="https://tocsin.example.com/ack/x4t9Zq",
    short_url="https://tocsin.example.com/a/x4t9",
)


SITUATIONS = (
    "takes it",
    "has a certificate",
    "refuses",
    "knows us not",
    "falls silent",
    "drips",
    "has trouble",
    "talks garbage",
    "floods headers",
    "floods a refusal",
    "hangs up",
    "is away",
    "has a stranger's certificate",
    "has another's certificate",
    "is inside",
)
"""What the peer of a channel may be like."""


@dataclass(frozen=True)
class Call:
    """A channel, what to send through it, and how many whole messages its peer has got, answered or not."""

    channel: Channel
    outgoing: Outgoing
    taken: Callable[[], int] = lambda: 0


class Bench(Protocol):
    """`at(situation)` yields a channel whose peer behaves so; `situations` are those in which the suite looks at it."""

    situations: Sequence[str]

    def at(self, situation: str) -> AbstractAsyncContextManager[Call]: ...


@cache
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def certified(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def callback(delivery_id: UUID) -> str:
    """Where a provider would tell us more."""
    return f"https://tocsin.example.com/callbacks/{delivery_id}"


class HttpBench:
    """For channels that are one HTTP request. `make` builds the channel; `login` stands in front of the host in its
    addresses, and `path` is what they end with.
    """

    situations: Sequence[str] = SITUATIONS
    login = ""
    path: str
    success: bytes

    def make(self, http: GuardedHttp, timeout: HttpTimeout) -> Channel:
        raise NotImplementedError

    def pair(self, http: GuardedHttp, timeout: HttpTimeout, url: str) -> tuple[Channel, Outgoing]:
        """A channel whose peer is at this URL, and what to send."""
        return self.make(http, timeout), replace_address(OUTGOING, url)

    def _behaviour(self, situation: str) -> Behaviour:
        table: dict[str, Behaviour] = {
            "takes it": answers(200, self.success),
            "refuses": answers(404, b"<html>secret of the peer</html>"),
            "knows us not": answers(401),
            "falls silent": silent(),
            "drips": drips(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 400, 0.02),
            "has trouble": answers(503),
            "talks garbage": says(b"\x16\x03\x01 what?\r\n\r\n"),
            "hangs up": says(b""),
            "floods a refusal": floods(b"HTTP/1.1 500 X\r\n\r\n"),
            "floods headers": floods(b"HTTP/1.1 200 OK\r\nX: "),
            "redirects inside": answers(302, b"", Location="http://127.0.0.1:1/"),
        }
        return table.get(situation, answers(200, self.success))

    @asynccontextmanager
    async def at(self, situation: str) -> AsyncIterator[Call]:
        timeout = HttpTimeout(total=0.6, connect=0.5, read=0.3) if situation in SLOW else HttpTimeout()
        tls = _server_tls(situation)
        guard = AddressGuard() if situation == "is inside" else LOOPBACK
        with HttpSink(self._behaviour(situation), tls=tls) as sink:
            port = free_port() if situation == "is away" else sink.port
            host = "0x7f.1" if situation == "is inside" else "127.0.0.1"
            async with GuardedHttp(guard, tls=trusting(AUTHORITY)) as http:
                url = f"{'https' if tls else 'http'}://{self.login}{host}:{port}{self.path}"
                yield Call(*self.pair(http, timeout, url), lambda: len(sink.inbox.waiting()))
            sink.inbox.forget()

    @asynccontextmanager
    async def answering(self, status: int, headers: dict[str, str]) -> AsyncIterator[Call]:
        """A peer with exactly this answer."""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        raw = f"HTTP/1.1 {status} X\r\n{lines}Content-Length: 0\r\n\r\n".encode()
        with HttpSink(says(raw)) as sink:
            async with GuardedHttp(LOOPBACK) as http:
                url = f"http://{self.login}127.0.0.1:{sink.port}{self.path}"
                yield Call(*self.pair(http, HttpTimeout(), url))
            sink.inbox.forget()


class WebhookBench(HttpBench):
    path = "/hook?token=s3cret"
    success = b""

    def make(self, http: GuardedHttp, timeout: HttpTimeout) -> Channel:
        return webhook.channel(http, lambda contact: MASTER, timeout)


class NtfyBench(HttpBench):
    path = "/alice"
    success = b'{"id":"sPs71M8A2T","time":1,"event":"message","topic":"alice"}'

    def make(self, http: GuardedHttp, timeout: HttpTimeout) -> Channel:
        return ntfy.channel(http, timeout)


class GotifyBench(HttpBench):
    login = ":s3cret@"
    path = "/push"
    success = b'{"id":25,"appid":5,"message":"m","priority":10}'

    def make(self, http: GuardedHttp, timeout: HttpTimeout) -> Channel:
        return gotify.channel(http, timeout)


class SlackBench(HttpBench):
    path = "/services/T000/B000/s3cret"
    success = b"ok"

    def make(self, http: GuardedHttp, timeout: HttpTimeout) -> Channel:
        return slack.channel(http, timeout)


class MattermostBench(HttpBench):
    path = "/hooks/s3cret"
    success = b"ok"

    def make(self, http: GuardedHttp, timeout: HttpTimeout) -> Channel:
        return mattermost.channel(http, timeout)


class DiscordBench(HttpBench):
    path = "/api/webhooks/1234/s3cret"
    success = b'{"id":"1442","type":0,"content":"x"}'

    def make(self, http: GuardedHttp, timeout: HttpTimeout) -> Channel:
        return DiscordChannel(http, timeout)


class TwilioTextsBench(HttpBench):
    """The peer stands in the settings; the address is a number."""

    path = ""
    success = b'{"sid": "SM0123456789abcdef", "status": "queued", "error_code": null}'

    def pair(self, http: GuardedHttp, timeout: HttpTimeout, url: str) -> tuple[Channel, Outgoing]:
        account = replace(TWILIO, url=url)
        texts = TwilioTexts(TwilioApi(http, account, timeout), account)
        return SmsChannel(texts, 3, timeout=timeout), replace_address(OUTGOING, NUMBER)


class GatewayTextsBench(HttpBench):
    path = "/send?key={secret}"
    success = b'{"messages": [{"id": 7}]}'

    def pair(self, http: GuardedHttp, timeout: HttpTimeout, url: str) -> tuple[Channel, Outgoing]:
        texts = GatewayTexts(HttpGateway(http, replace(GATEWAY, url=url), timeout), callback)
        return SmsChannel(texts, 3, timeout=timeout), replace_address(OUTGOING, NUMBER)


class TeamsBench(HttpBench):
    path = "/workflows/1/triggers/manual/paths/invoke?sig=s3cret"
    success = b""

    def make(self, http: GuardedHttp, timeout: HttpTimeout) -> Channel:
        return teams.channel(http, timeout)


class GoogleChatBench(HttpBench):
    path = "/v1/spaces/AAAA/messages?key=k&token=s3cret"
    success = b'{"name":"spaces/AAAA/messages/BBBB","text":""}'

    def make(self, http: GuardedHttp, timeout: HttpTimeout) -> Channel:
        return google_chat.channel(http, timeout)


class MatrixBench(HttpBench):
    login = ":s3cret@"
    path = "/!room:example.com"
    success = b'{"event_id":"$143273582443PhrSn"}'

    def make(self, http: GuardedHttp, timeout: HttpTimeout) -> Channel:
        return matrix.channel(http, timeout)


class PushBench(HttpBench):
    path = "/push/s3cret"
    success = b""

    def make(self, http: GuardedHttp, timeout: HttpTimeout) -> Channel:
        return PushChannel(http, IDENTITY, DEVICES, timeout)

    def pair(self, http: GuardedHttp, timeout: HttpTimeout, url: str) -> tuple[Channel, Outgoing]:
        return self.make(http, timeout), replace_address(OUTGOING, Browser().address(url))


class PushoverBench(HttpBench):
    path = ""
    success = b'{"status":1,"request":"647d2300-702c","receipt":"rLqVuqTRh62UzxtmqiaLzQmVcPgiCy"}'

    def pair(self, http: GuardedHttp, timeout: HttpTimeout, url: str) -> tuple[Channel, Outgoing]:
        account = Pushover(token="s3cret", url=url)
        return PushoverChannel(http, account, callback, timeout), replace_address(OUTGOING, PUSHOVER_KEY)


class TwilioCallsBench(HttpBench):
    path = ""
    success = b'{"sid": "CA0123456789abcdef", "status": "queued"}'

    def pair(self, http: GuardedHttp, timeout: HttpTimeout, url: str) -> tuple[Channel, Outgoing]:
        account = replace(TWILIO, url=url)
        calls = TwilioCalls(TwilioApi(http, account, timeout), account, callback, callback)
        return VoiceChannel(calls, "en-GB", timeout=timeout), replace_address(OUTGOING, NUMBER)


class GatewayCallsBench(HttpBench):
    path = "/call?key={secret}"
    success = b"{}"

    def pair(self, http: GuardedHttp, timeout: HttpTimeout, url: str) -> tuple[Channel, Outgoing]:
        calls = GatewayCalls(HttpGateway(http, replace(GATEWAY, url=url), timeout), callback)
        return VoiceChannel(calls, "en-GB", timeout=timeout), replace_address(OUTGOING, NUMBER)


class EmailBench:
    situations: Sequence[str] = SITUATIONS

    def _judge(self, situation: str, got: list[Mail]) -> Callable[[Mail], Any]:
        async def judge(mail: Mail) -> str:
            got.append(mail)
            if situation == "falls silent":
                await asyncio.sleep(3600)
            return {"has trouble": "451 4.3.0 try later"}.get(situation, "250 2.0.0 queued as 4F1")

        return judge

    @asynccontextmanager
    async def at(self, situation: str) -> AsyncIterator[Call]:
        raw = {
            "drips": drips(b"220-" + b"y" * 400, 0.02),
            "talks garbage": says(b"\x16\x03\x01 what?\r\n\r\n"),
            "hangs up": says(b""),
            "floods a refusal": floods(b"220-"),
            "floods headers": floods(b"220 "),
        }.get(situation)
        if raw:
            with RawPeer(raw) as peer:
                yield self._call(situation, f"smtp://127.0.0.1:{peer.port}?starttls=never", lambda: 0)
            return
        tls = _server_tls(situation)
        got: list[Mail] = []
        with SmtpSink(
            judge=self._judge(situation, got),
            refuse_receiver="550 5.1.1 no such user" if situation == "refuses" else "",
            tls=tls,
            implicit_tls=situation != "knows us not" and tls is not None,
            require_login=("tocsin", "right") if situation == "knows us not" else None,
        ) as sink:
            port = free_port() if situation == "is away" else sink.port
            host = "169.254.169.254" if situation == "is inside" else "127.0.0.1"
            url = f"smtps://{host}:{port}" if tls else f"smtp://{host}:{port}?starttls=never"
            if situation == "knows us not":
                url = f"smtp://tocsin:wrong@{host}:{port}?starttls=required"
            yield self._call(situation, url, lambda: len(got))
            sink.inbox.forget()

    def _call(self, situation: str, url: str, taken: Callable[[], int]) -> Call:
        smtp = GuardedSmtp(parse_smtp_url(url), AddressGuard(), tls=trusting(AUTHORITY))
        sender = Identity(Address("Tocsin", addr_spec="tocsin@example.com"), "example.com", "a1b2c3d4")
        timeout = SmtpTimeout(total=1.0, connect=0.5, reply=0.5) if situation in SLOW else SmtpTimeout()
        channel = EmailChannel(smtp, sender, timeout)
        return Call(channel, replace_address(OUTGOING, "alice@example.com"), taken)


class AppriseBench(HttpBench):
    """By one of its services. Each send is a process that computes for a second, so that it stands in a few situations
    for all; Apprise takes longer than ours to see that somebody drips.
    """

    situations = (
        "takes it",
        "has a certificate",
        "refuses",
        "knows us not",
        "falls silent",
        "talks garbage",
        "hangs up",
        "has a stranger's certificate",
        "is inside",
    )
    success = b'{"code":200,"message":"success"}'

    @asynccontextmanager
    async def at(self, situation: str) -> AsyncIterator[Call]:
        tls = _server_tls(situation)
        networks = () if situation == "is inside" else ("127.0.0.0/8",)
        with HttpSink(self._behaviour(situation), tls=tls) as sink, trusted_by_programs(AUTHORITY):
            waits = 2 if situation in SLOW else PATIENCE
            address = f"{'barks' if tls else 'bark'}://127.0.0.1:{sink.port}/s3cret?rto={waits}"
            channel = AppriseChannel(networks, patience=PATIENCE)
            yield Call(channel, replace_address(OUTGOING, address), lambda: len(sink.inbox.waiting()))
            sink.inbox.forget()


@contextmanager
def trusted_by_programs(authority: trustme.CA) -> Generator[None]:
    """What programs that are started meanwhile find in their environment."""
    with tempfile.NamedTemporaryFile(suffix=".pem") as bundle:
        authority.cert_pem.write_to_path(bundle.name)
        os.environ["REQUESTS_CA_BUNDLE"] = bundle.name
        try:
            yield
        finally:
            del os.environ["REQUESTS_CA_BUNDLE"]


class RawPeer:
    """Speaks first, whatever the client says: for protocols that begin with a greeting."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour

    def __enter__(self) -> "RawPeer":
        self._thread = LoopThread("raw-peer")
        self._server = self._thread.run(self._listen())
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def _listen(self) -> asyncio.Server:
        async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await self._behaviour(None, writer)  # type: ignore[arg-type]
            except ConnectionError:
                return
            finally:
                writer.transport.abort()

        return await asyncio.start_server(serve, "127.0.0.1", 0)

    def __exit__(self, *_: object) -> None:
        self._thread.close(self._server)


def _server_tls(situation: str) -> ssl.SSLContext | None:
    return {
        "has a certificate": certified(AUTHORITY, "127.0.0.1"),
        "knows us not": certified(AUTHORITY, "127.0.0.1"),
        "has a stranger's certificate": certified(trustme.CA(), "127.0.0.1"),
        "has another's certificate": certified(AUTHORITY, "other.example.com"),
    }.get(situation)


def replace_address(outgoing: Outgoing, address: str) -> Outgoing:
    return msgspec.structs.replace(outgoing, address=address)


HTTP_BENCHES: dict[str, HttpBench] = {
    "webhook": WebhookBench(),
    "ntfy": NtfyBench(),
    "gotify": GotifyBench(),
    "slack": SlackBench(),
    "mattermost": MattermostBench(),
    "discord": DiscordBench(),
    "sms by Twilio": TwilioTextsBench(),
    "sms by a gateway": GatewayTextsBench(),
    "voice by Twilio": TwilioCallsBench(),
    "voice by a gateway": GatewayCallsBench(),
    "teams": TeamsBench(),
    "google-chat": GoogleChatBench(),
    "matrix": MatrixBench(),
    "push": PushBench(),
    "pushover": PushoverBench(),
}
BENCHES: dict[str, Bench] = {"email": EmailBench(), **HTTP_BENCHES, "apprise": AppriseBench()}
