"""The SMTP listener: mails to `<key>@…` become alerts, and our own that nobody got come back to it (`bounces`). Opt-in
(TOCSIN_SMTP_LISTEN), meant to stand behind the organisation's own mail server, which keeps what we cannot take now and
tries it again.

A mail is taken (250) once it is durable, like every alert (ALR-2). What will never be one is refused for good (5xx), so
that its sender hears of it; whatever is our own trouble is refused for now (4xx).
"""

import asyncio
import logging
import ssl
from typing import Any, Protocol
from uuid import UUID

import psycopg
from aiosmtpd.smtp import SMTP, Envelope, Session

from tocsin.alerts.model import Integration
from tocsin.alerts.rulebook import Rulebook
from tocsin.alerts.service import Submit, arrivals_of
from tocsin.integrations.sources.contract import Delivered
from tocsin.integrations.sources.email import SOURCE
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.server_tls import Certificate
from tocsin.surfaces.ingest.bounces import BounceDesk

MAX_SESSIONS = 100
MAX_RECIPIENTS = 20
IDLE = 60.0
"""Seconds for a command, and for a whole message."""

_LOOK_FOR = 5.0
_MAX_LINE = 64 * 1024
_FLOOD = 4 * SOURCE.max_body
"""Bytes since the last message, beyond which nobody is listened to."""

_TAKEN = "250 2.0.0 It is kept"
_LATER = "451 4.3.0 The alert cannot be kept now, try again later"
_UNKNOWN = "550 5.1.1 No integration of type email has this address"

_log = logging.getLogger(__name__)


class MailInlet:
    """Open it in the event loop that uses it."""

    def __init__(
        self,
        rulebook: Rulebook,
        submit: Submit,
        host: str,
        port: int,
        bounces: BounceDesk | None = None,
        certificate: Certificate | None = None,
    ) -> None:
        """`port` 0 takes a free one, see `port` once it is open. Without `bounces` none are taken; without a
        `certificate` STARTTLS is not offered, and with it nobody is made to use it."""
        self._desk = MailDesk(rulebook, submit, bounces)
        self._certificate = certificate
        self._host, self._port = host, port
        self._server: asyncio.Server | None = None
        self._sessions: set[_Session] = set()

    @property
    def port(self) -> int:
        assert self._server is not None
        return self._server.sockets[0].getsockname()[1]

    async def open(self) -> None:
        """Raises Unavailable when the address is taken."""
        # aiosmtpd writes every command to its log, and with it the keys (SEC-3).
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._begin, self._host, self._port, reuse_port=True)
        except OSError as error:
            raise Unavailable(
                f"Mails cannot be taken on {self._host}:{self._port}: {error.strerror}.",
                "Name another address in TOCSIN_SMTP_LISTEN, or none.",
            ) from error
        _log.info("mails are taken on %s:%s", self._host, self.port)

    async def close(self) -> None:
        """Whoever is in the middle of a message gets no answer, and sends it again."""
        if self._server is not None:
            self._server.close()
        for session in tuple(self._sessions):
            session.end()

    def _begin(self) -> "_Session":
        context = self._certificate.context() if self._certificate is not None else None
        return _Session(self._desk, self._sessions, context)


class MailDesk:
    """Decides on recipients and messages, in the hooks by which aiosmtpd asks."""

    def __init__(self, rulebook: Rulebook, submit: Submit, bounces: BounceDesk | None = None) -> None:
        self._rulebook = rulebook
        self._submit = submit
        self._bounces = bounces

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients, send the message again to the others"
        try:
            found = self._read_bounce(address) or await self._find(address)
        except (psycopg.Error, TimeoutError):
            return _LATER
        if found is None:
            return _UNKNOWN
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: "_Received", session: Session, envelope: Envelope) -> str:
        server.received = 0
        content = envelope.content
        body = content if isinstance(content, bytes) else (content or "").encode("utf-8", "surrogateescape")
        try:
            for address in envelope.rcpt_tos:
                refused = await self._take(address, body)
                if refused is not None:
                    return refused
        except (psycopg.Error, TimeoutError, Unavailable) as error:
            _log.warning("a mail cannot be kept now, its sender will try again: %s", error)
            return _LATER
        return _TAKEN

    def _read_bounce(self, address: str) -> UUID | None:
        return self._bounces.read(address) if self._bounces is not None else None

    async def _take(self, address: str, body: bytes) -> str | None:
        """None once it is durable, else the refusal."""
        delivery = self._read_bounce(address)
        if self._bounces is not None and delivery is not None:
            await self._bounces.take(delivery, body)
            return None
        integration = await self._find(address)
        return _UNKNOWN if integration is None else await self._keep(integration, body)

    async def handle_exception(self, error: Exception) -> str:
        """A mistake of ours: the sender keeps the message."""
        _log.error("a mail could not be worked on, please report it", exc_info=error)
        return _LATER

    async def _find(self, address: str) -> Integration | None:
        for key in keys_in(address):
            found = self._rulebook.find_integration(key)
            if found is None:
                async with asyncio.timeout(_LOOK_FOR):
                    found = await self._rulebook.find_integration_anew(key)
            if found is not None and found.type == SOURCE.type:
                return found
        return None

    async def _keep(self, integration: Integration, body: bytes) -> str | None:
        """None once it is durable, else the refusal."""
        # Beside the loop: a large message must not keep other alerts waiting.
        parsed = await asyncio.to_thread(SOURCE.parse, Delivered(body=body, integration=integration))
        if not parsed.signals:
            return "554 5.6.0 This message is no alert: unreadable, an automatic reply, a bounce, or our own"
        refused = await self._submit(arrivals_of(integration, parsed.signals), len(body))
        return "554 5.6.0 The alert could not be stored" if refused else None


def keys_in(address: str) -> tuple[str, ...]:
    """What may be the key in an address: the local part, and what follows its last `+`; also in small letters, since
    mail servers may change the case."""
    local = address.rpartition("@")[0] or address
    named = (local, local.rpartition("+")[2])
    return tuple(dict.fromkeys((*named, *(each.lower() for each in named))))


class _Received(Protocol):
    received: int


class _Session(SMTP):
    """One connection: bounded in time, in bytes, and in how many there are."""

    line_length_limit = _MAX_LINE

    def __init__(self, desk: MailDesk, sessions: "set[_Session]", context: ssl.SSLContext | None) -> None:
        super().__init__(
            desk,
            data_size_limit=SOURCE.max_body,
            enable_SMTPUTF8=True,
            ident="Tocsin",
            timeout=IDLE,
            tls_context=context,
            loop=asyncio.get_running_loop(),
        )
        self.received = 0
        self._sessions = sessions

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._sessions.add(self)
        if len(self._sessions) > MAX_SESSIONS and isinstance(transport, asyncio.Transport):
            transport.write(b"421 4.3.2 Too many connections, try again later\r\n")
            transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self._sessions.discard(self)
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        self.received += len(data)
        if self.received > _FLOOD:
            self.end()
            return
        super().data_received(data)

    def end(self) -> None:
        transport: Any = self.transport
        if transport is not None:
            transport.abort()
