"""The one HTTP client that leaves this house: guarded addresses, deadlines, bounded answers, failures by reason.

Who is called, what a status means for a message and when to try again is not decided here.
"""

import asyncio
import os
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from tocsin.kernel.addresses import AddressGuard, BlockedAddress, Resolver, allowed_only
from tocsin.kernel.http_answer import MAX_BODY, HttpAnswer
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.tls import trusting_the_machine


@dataclass(frozen=True)
class HttpTimeout:
    """Seconds: all in all, until connected (names, TCP and TLS), and between two pieces of the answer.

    Less than a job's lease (`kernel.lease`): before a send, what is left of it must outlast the time-out.
    """

    total: float = 7.5
    connect: float = 5.0
    read: float = 7.5


@dataclass
class GuardedHttp:
    """Use as an async context manager, one for a process; connections are kept and shared.

    Redirects are refused unless a caller asks for them; each hop connects through the same guard.
    """

    guard: AddressGuard = field(default_factory=AddressGuard)
    tls: ssl.SSLContext | None = None
    user_agent: str = "Tocsin"

    async def __aenter__(self) -> Self:
        self._resolver = Resolver()
        connector = aiohttp.TCPConnector(
            resolver=_GuardedResolver(self._resolver, self.guard),
            socket_factory=self.guard.open_socket,
            ssl=self.tls or trusting_the_machine(),
            limit=0,  # how many calls run at once is decided by lanes and bulkheads
            keepalive_timeout=30,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            auto_decompress=False,  # a small answer cannot grow
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": self.user_agent, "Accept-Encoding": "identity"},
            trace_configs=[_trace()],
            trust_env=False,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        self._resolver.close()

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        timeout: HttpTimeout = HttpTimeout(),
        redirects: int = 0,
        most: int = MAX_BODY,
    ) -> HttpAnswer:
        """The answer, whatever its status; of its body `most` bytes. Raises `SendFailed` when there is none.

        A kept connection that the peer closed meanwhile costs one more try at once, not a failure.
        """
        target = parse_url(url)
        call = _Call(method, target, headers or {}, body, timeout, redirects, most)
        trace = SimpleNamespace(reused=False, asked=False)
        try:
            async with asyncio.timeout(timeout.total):
                return await self._send_once_or_again(call, trace)
        except TimeoutError:
            words = f"{_where(target)} did not answer within {timeout.total:g} s"
            raise SendFailed(FailureReason.TIMEOUT, words, may_have_arrived=trace.asked) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            failure = classify(error, target)
            failure.may_have_arrived = trace.asked
            raise failure from error

    async def _send_once_or_again(self, call: "_Call", trace: SimpleNamespace) -> HttpAnswer:
        try:
            return await self._send(call, trace)
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError) as error:
            if not trace.reused or isinstance(error, aiohttp.ClientConnectorError):
                raise
            trace.reused = False
            return await self._send(call, trace)

    async def _send(self, call: "_Call", trace: SimpleNamespace) -> HttpAnswer:
        """`trace` learns whether a kept connection was `reused`, and whether the request has left (`asked`)."""
        async with self._session.request(
            call.method,
            call.url,
            headers=call.headers,
            data=call.body or None,
            allow_redirects=call.redirects > 0,
            max_redirects=call.redirects or 1,
            timeout=aiohttp.ClientTimeout(total=None, connect=call.timeout.connect, sock_read=call.timeout.read),
            trace_request_ctx=trace,
        ) as response:
            body, truncated = await _read_bounded(response, call.most)
            if truncated:
                response.close()
            return HttpAnswer(response.status, response.headers, body, truncated)


@dataclass(frozen=True)
class _Call:
    method: str
    url: URL
    headers: Mapping[str, str]
    body: bytes
    timeout: HttpTimeout
    redirects: int
    most: int


class _GuardedResolver(AbstractResolver):
    """Names by `addresses`, only where we may connect to; the socket factory checks once more at the connect."""

    def __init__(self, resolver: Resolver, guard: AddressGuard) -> None:
        self._resolver = resolver
        self._guard = guard

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        infos = allowed_only(await self._resolver.lookup(host, port, family), self._guard)
        return [
            ResolveResult(
                hostname=host,
                host=str(info[4][0]),
                port=port,
                family=info[0],
                proto=info[2],
                flags=socket.AI_NUMERICHOST,
            )
            for info in infos
        ]

    async def close(self) -> None:
        """The resolver belongs to the client."""


def parse_url(url: str) -> URL:
    """An absolute http or https URL. Raises `SendFailed` (rejected) for anything else, and does not repeat it: the
    address of a hook is a secret.
    """
    try:
        parsed = URL(url)
        port = parsed.port
    except ValueError:
        raise SendFailed(FailureReason.REJECTED, "the address is not a URL") from None
    if parsed.scheme not in ("http", "https") or not parsed.host or not port:
        raise SendFailed(FailureReason.REJECTED, "the address must begin with https:// or http:// and name a host")
    return parsed


def classify(error: Exception, url: URL) -> SendFailed:
    """A failure of connecting or of HTTP itself, by reason."""
    where = _where(url)
    cause = getattr(error, "os_error", None) or error
    if isinstance(cause, BlockedAddress):
        return SendFailed(FailureReason.BLOCKED_ADDRESS, f"{where} is not called: {cause}")
    if isinstance(cause, ssl.SSLError | ssl.CertificateError | aiohttp.ClientSSLError):
        return SendFailed(FailureReason.TLS, f"no trusted connection to {where}: {_tls_words(cause)}")
    if isinstance(error, aiohttp.InvalidUrlClientError):
        return SendFailed(FailureReason.REJECTED, f"{where} is not the name of a host or a plain address")
    if isinstance(error, aiohttp.TooManyRedirects | aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        return SendFailed(FailureReason.REJECTED, f"{where} redirects to where it cannot be followed")
    if isinstance(error, aiohttp.ClientResponseError | aiohttp.ClientPayloadError | ValueError):
        return SendFailed(FailureReason.OTHER, f"{where} did not answer in HTTP")
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return SendFailed(FailureReason.UNREACHABLE, f"{where} closed the connection without an answer")
    words = "its name is not known" if isinstance(cause, socket.gaierror) else _os_words(cause)
    return SendFailed(FailureReason.UNREACHABLE, f"{where} cannot be reached: {words}")


def _where(url: URL) -> str:
    return f"{url.host}:{url.port}"


def _os_words(error: Any) -> str:
    number = getattr(error, "errno", None)
    return os.strerror(number).lower() if number else "the connection failed"


def _tls_words(error: Any) -> str:
    certificate = getattr(error, "certificate_error", None) or error
    return str(getattr(certificate, "verify_message", "") or getattr(certificate, "reason", "") or "TLS failed").lower()


async def _read_bounded(response: aiohttp.ClientResponse, most: int) -> tuple[bytes, bool]:
    body = bytearray()
    async for chunk in response.content.iter_chunked(MAX_BODY):
        body += chunk
        if len(body) > most:
            return bytes(body[:most]), True
    return bytes(body), False


def _trace() -> aiohttp.TraceConfig:
    async def note_reuse(_session: aiohttp.ClientSession, context: SimpleNamespace, _params: object) -> None:
        context.trace_request_ctx.reused = True

    async def note_asked(_session: aiohttp.ClientSession, context: SimpleNamespace, _params: object) -> None:
        context.trace_request_ctx.asked = True

    trace = aiohttp.TraceConfig()
    trace.on_connection_reuseconn.append(note_reuse)
    trace.on_request_headers_sent.append(note_asked)
    return trace
