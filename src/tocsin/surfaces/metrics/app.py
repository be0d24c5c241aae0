"""Answers `/metrics`, hands everything else on. Raw ASGI, like the probes: it must not wait for anything else.

The figures of the whole installation come from the database, so that one process is enough to ask; the counts of
requests are this process's own.
"""

import asyncio
import hmac
from collections.abc import Callable, Iterator
from importlib.metadata import version
from ipaddress import ip_address

import psycopg
from prometheus_client import generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from psycopg_pool import PoolTimeout

from tocsin.auditor.figures import Figures, read_figures
from tocsin.auditor.tallies import Tallies
from tocsin.db.database import Database
from tocsin.kernel.asgi import Application, Receive, Scope, Send, key_from_authorization, send_answer
from tocsin.surfaces.metrics.exposition import Taken, of_history, of_installation, of_process

PATH = "/metrics"
WITHIN = 5.0
"""Seconds that the database gets; Prometheus waits ten."""

_TEXT = b"text/plain; version=0.0.4; charset=utf-8"
_FORWARDED = (b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via")


class Metrics:
    """In front of `rest`. `taken` says what requests this process has had. `token` None: only this machine may ask."""

    def __init__(
        self, db: Database, rest: Application, *, taken: Callable[[], Taken], token: str | None = None
    ) -> None:
        self._db = db
        self._rest = rest
        self._taken = taken
        self._token = token
        self._tallies = Tallies()
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self._rest(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            await _answer(send, scope, 405, b"GET, please\n")
        elif not self._may_read(scope):
            await _answer(send, scope, *self._refusal())
        else:
            await _answer(send, scope, 200, await self._text())

    def _may_read(self, scope: Scope) -> bool:
        """With a token, whoever brings it; without one, this machine, and nobody behind a proxy on it."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        if self._token is not None:
            brought = key_from_authorization(headers.get(b"authorization", b"")) or ""
            return hmac.compare_digest(brought.encode(), self._token.encode())
        client = scope.get("client")
        is_near = client is not None and _is_loopback(client[0])
        return is_near and not any(name in headers for name in _FORWARDED)

    def _refusal(self) -> tuple[int, bytes]:
        if self._token is not None:
            return 401, b"metrics need the token of TOCSIN_METRICS_TOKEN: Authorization: Bearer TOKEN\n"
        return 403, b"metrics are for this machine only; to ask from elsewhere set TOCSIN_METRICS_TOKEN\n"

    async def _text(self) -> bytes:
        async with self._one_at_a_time:
            now = self._db.clock.now()
            try:
                async with asyncio.timeout(WITHIN), self._db.connection() as conn:
                    figures = await read_figures(conn, now)
                    await self._tallies.catch_up(conn, now)
            except (TimeoutError, PoolTimeout, psycopg.Error):
                figures = None
            return generate_latest(_Collected(list(self._families(figures))))

    def _families(self, figures: Figures | None) -> Iterator[Metric]:
        yield from of_process(version("tocsin"), figures is not None, self._taken())
        if figures is not None:
            yield from of_installation(figures, self._db.clock.now())
        yield from of_history(self._tallies)


class _Collected(Collector):
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


async def _answer(send: Send, scope: Scope, status: int, text: bytes) -> None:
    content_type = _TEXT if status == 200 else b"text/plain; charset=utf-8"
    headers = [(b"content-type", content_type), (b"cache-control", b"no-store")]
    if status == 405:
        headers.append((b"allow", b"GET, HEAD"))
    if status == 401:
        headers.append((b"www-authenticate", b'Bearer realm="metrics"'))
    await send_answer(send, status, headers, b"" if scope["method"] == "HEAD" else text)
