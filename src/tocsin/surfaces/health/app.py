"""Answers `/healthz` and `/readyz`, hands everything else on. Raw ASGI: a probe must not wait for anything else."""

import asyncio

import psycopg
from psycopg_pool import PoolTimeout

from tocsin.db.database import Database
from tocsin.kernel.asgi import Application, Receive, Scope, Send, send_answer

READY_WITHIN = 2.0  # seconds that the database gets to answer

OK = (200, b"ok\n")


class Health:
    """In front of `rest`."""

    def __init__(self, db: Database, rest: Application) -> None:
        self._db = db
        self._rest = rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] not in ("/healthz", "/readyz"):
            await self._rest(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            await _answer(send, scope, 405, b"GET or HEAD, please\n")
        else:
            await _answer(send, scope, *(OK if scope["path"] == "/healthz" else await self._look()))

    async def _look(self) -> tuple[int, bytes]:
        try:
            async with asyncio.timeout(READY_WITHIN), self._db.connection() as conn:
                await conn.execute("select 1")
        except (TimeoutError, PoolTimeout, psycopg.Error):
            return 503, b"the database does not answer; requests that need it will be refused\n"
        return OK


async def _answer(send: Send, scope: Scope, status: int, text: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    if status == 405:
        headers.append((b"allow", b"GET, HEAD"))
    await send_answer(send, status, headers, b"" if scope["method"] == "HEAD" else text)
