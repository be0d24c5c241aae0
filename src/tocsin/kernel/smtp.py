"""The one SMTP client: guarded address, TLS modes, a deadline for every step, failures by reason.

What a mail says is not decided here. The server is the operator's own setting (`TOCSIN_SMTP_URL`), which nobody can
reach over the network; so its address may be private or loopback (a relay on the same host is the usual case), while
metadata, link-local and multicast addresses stay refused (SEC-4).
"""

import asyncio
import contextlib
import re
import ssl
from collections.abc import Awaitable
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from tocsin.kernel.addresses import AddressGuard, BlockedAddress, Resolver, connect
from tocsin.kernel.mail_status import is_dead, status_in
from tocsin.kernel.outbound import EXCERPT_LENGTH, FailureReason, SendFailed
from tocsin.kernel.text import one_line
from tocsin.kernel.tls import trusting_the_machine

_ADDRESS = re.compile(r'[^\s<>"(),:;@\\\x00-\x1f\x7f]{1,64}@[^\s<>"(),:;@\\\[\]\x00-\x1f\x7f]{1,255}')
_QUIT_TIMEOUT = 1.0


class SmtpTls(StrEnum):
    """When the connection is encrypted. `IF_OFFERED` accepts any certificate, since it would do without."""

    IMPLICIT = "implicit"  # smtps://
    REQUIRED = "required"  # STARTTLS or no mail
    IF_OFFERED = "if-offered"  # protects against listeners, not against impostors (RFC 7435)
    NEVER = "never"


@dataclass(frozen=True)
class SmtpServer:
    """`TOCSIN_SMTP_URL`, taken apart."""

    host: str
    port: int
    tls: SmtpTls
    username: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class SmtpAnswer:
    """The reply to the message itself, one line, cut: "250 OK queued as 4F1"."""

    line: str


@dataclass(frozen=True)
class SmtpTimeout:
    """Seconds: all in all, until connected, and for each reply. Less than a job's lease (`kernel.lease`)."""

    total: float = 7.5
    connect: float = 4.0
    reply: float = 6.0


def parse_smtp_url(url: str) -> SmtpServer:
    """`smtp://user:password@host:port?starttls=required|if-offered|never` or `smtps://…`. Raises ValueError.

    Without `starttls`, a password is only ever sent encrypted; without a password, TLS is used if the server offers it.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("Write it as smtp://user:password@mail.example.com:587?starttls=required, or smtps://…")
    implicit = parts.scheme == "smtps"
    asked = parse_qs(parts.query).get("starttls", [""])[-1]
    default = SmtpTls.REQUIRED if parts.password else SmtpTls.IF_OFFERED
    if asked not in ("", SmtpTls.REQUIRED, SmtpTls.IF_OFFERED, SmtpTls.NEVER):
        raise ValueError(f"starttls={asked} is unknown. Use starttls=required, if-offered or never.")
    return SmtpServer(
        host=parts.hostname,
        port=parts.port or (465 if implicit else 587 if parts.password else 25),
        tls=SmtpTls.IMPLICIT if implicit else SmtpTls(asked) if asked else default,
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def check_mail_address(address: str) -> str:
    """An address that is safe in a header and an envelope: one mailbox, no display name, quote or control character.

    Raises ValueError. Narrower than RFC 5321 on purpose: what is left out is what header injection is made of.
    """
    if not _ADDRESS.fullmatch(address) or address.startswith("-") or "=?" in address:
        raise ValueError("An e-mail address looks like alice@example.com")
    return address


@dataclass
class GuardedSmtp:
    """One for a process. Each mail has its own connection: pages are few, and a kept connection goes stale."""

    server: SmtpServer
    guard: AddressGuard = field(default_factory=AddressGuard)
    ehlo_name: str = "localhost"
    tls: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        self._guard = self.guard.with_private()
        self._resolver = Resolver(threads=8)
        self._tls = self.tls or trusting_the_machine()

    async def send(
        self,
        message: EmailMessage,
        *,
        sender: str,
        to: str,
        envelope_id: str = "",
        timeout: SmtpTimeout = SmtpTimeout(),
    ) -> SmtpAnswer:
        """Raises `SendFailed`. `sender` and `to` are the envelope and have passed `check_mail_address`. With an
        `envelope_id` (letters, digits, `-`) a server that can is asked to report failures only, with it (RFC 3461).
        """
        client = self._client(timeout)
        try:
            async with asyncio.timeout(timeout.total):
                await self._open(client, timeout)
                reports = bool(envelope_id) and client.supports_extension("dsn")
                _, line = await client.send_message(
                    message,
                    sender=sender,
                    recipients=[to],
                    mail_options=["RET=HDRS", f"ENVID={envelope_id}"] if reports else [],
                    rcpt_options=["NOTIFY=FAILURE"] if reports else [],
                )
        except TimeoutError:
            raise SendFailed(FailureReason.TIMEOUT, f"{self._where} did not answer in time") from None
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _classify(error, self._where) from error
        else:
            await _politely(client.quit(timeout=_QUIT_TIMEOUT))
            return SmtpAnswer(one_line(f"250 {line}", EXCERPT_LENGTH))
        finally:
            client.close()

    async def probe(self, timeout: SmtpTimeout = SmtpTimeout()) -> None:
        """Says hello, as far as TLS and the password, and goodbye; no mail. Raises `SendFailed`."""
        client = self._client(timeout)
        try:
            async with asyncio.timeout(timeout.total):
                await self._open(client, timeout)
        except TimeoutError:
            raise SendFailed(FailureReason.TIMEOUT, f"{self._where} did not answer in time") from None
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise _classify(error, self._where) from error
        else:
            await _politely(client.quit(timeout=_QUIT_TIMEOUT))
        finally:
            client.close()

    async def _open(self, client: aiosmtplib.SMTP, timeout: SmtpTimeout) -> None:
        async with asyncio.timeout(timeout.connect):
            sock = await connect(self.server.host, self.server.port, guard=self._guard, resolver=self._resolver)
        await client.connect(sock=sock)  # the socket is the client's from here on

    def _client(self, timeout: SmtpTimeout) -> aiosmtplib.SMTP:
        tls = self.server.tls
        return aiosmtplib.SMTP(
            hostname=self.server.host,
            local_hostname=self.ehlo_name,
            username=self.server.username or None,
            password=self.server.password or None,
            timeout=timeout.reply,
            use_tls=tls is SmtpTls.IMPLICIT,
            start_tls={SmtpTls.REQUIRED: True, SmtpTls.IF_OFFERED: None}.get(tls, False),
            tls_context=_unverified() if tls is SmtpTls.IF_OFFERED and not self.server.password else self._tls,
        )

    @property
    def _where(self) -> str:
        return f"the mail server {self.server.host}:{self.server.port}"

    def close(self) -> None:
        self._resolver.close()


def _classify(error: Exception, where: str) -> SendFailed:
    cause = error.__cause__ if isinstance(error, aiosmtplib.SMTPConnectError) and error.__cause__ else error
    if isinstance(cause, BlockedAddress):
        return SendFailed(FailureReason.BLOCKED_ADDRESS, f"{where} is not called: {cause}")
    if isinstance(cause, ssl.SSLError):
        words = getattr(cause, "verify_message", "") or cause.reason or "TLS failed"
        return SendFailed(FailureReason.TLS, f"no trusted connection to {where}: {str(words).lower()}")
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return _refusal(error.recipients[0], where, is_recipient=True)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _refusal(error, where)
    if isinstance(error, aiosmtplib.SMTPServerDisconnected):
        return SendFailed(FailureReason.UNREACHABLE, f"{where} closed the connection")
    if isinstance(error, aiosmtplib.SMTPException | ValueError) and not isinstance(error, OSError):
        return SendFailed(_reason_without_code(error), f"{where}: {one_line(str(error), EXCERPT_LENGTH)}")
    return SendFailed(FailureReason.UNREACHABLE, f"{where} cannot be reached")


def _refusal(error: aiosmtplib.SMTPResponseException, where: str, *, is_recipient: bool = False) -> SendFailed:
    """RFC 5321, 4.2.1: 4yz may work later, 5yz will not. What is refused may be the recipient, for ever."""
    line = one_line(f"{error.code} {error.message}", EXCERPT_LENGTH)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError) or error.code in (530, 534, 535, 538):
        return SendFailed(
            FailureReason.AUTHENTICATION, f"{where} does not accept our user name and password", answer=line
        )
    reason = FailureReason.REFUSED if 500 <= error.code < 600 else FailureReason.OTHER
    is_gone = is_recipient and reason is FailureReason.REFUSED and is_dead(status_in(error.message))
    return SendFailed(reason, f"{where} answered {line}", answer=line, disables=is_gone)


def _reason_without_code(error: Exception) -> FailureReason:
    words = str(error).lower()
    if "starttls" in words:
        return FailureReason.TLS
    return FailureReason.AUTHENTICATION if "auth" in words else FailureReason.REJECTED


def _unverified() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def _politely(goodbye: Awaitable[object]) -> None:
    """The message is taken; whether the goodbye is answered changes nothing."""
    with contextlib.suppress(aiosmtplib.SMTPException, OSError):
        await goodbye
