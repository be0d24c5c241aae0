"""PERF-13: from the commit of a timeline entry until the open event streams of browsers have it.

Streams are read at the socket, so what is measured is ours: the follower of the ledger, rendering, the server.
"""

import asyncio
import re
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
from tests.support import postgres
from tests.support.office import furnish, link_for
from tests.support.tocsin import Tocsin, tocsin_running

from bench.report import Row
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration, Incident
from tocsin.reactions import REACTIONS

BROWSERS = 200
ENTRIES = 60
EVERY = 0.25
GOAL = 0.5

_SHOWN = re.compile(rb"bench entry (\d+) of")


async def follow(running: Tocsin, cookie: str, path: str, shown: dict[int, list[float]]) -> None:
    """One browser's stream: notes when each entry has come, until it is cancelled."""
    parts = urlsplit(running.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=2**20)
    try:
        request = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nCookie: {cookie}\r\n\r\n"
        writer.write(request.encode())
        while line := await reader.readline():
            if line.startswith(b"data: <hx-partial") and (found := _SHOWN.search(line)):
                shown.setdefault(int(found[1]), []).append(asyncio.get_running_loop().time())
    finally:
        writer.close()


async def measure(running: Tocsin, db: Database, incident: Incident, cookie: str, browsers: int) -> list[float]:
    """Seconds from the commit of each entry until each of `browsers` streams had it, ascending."""
    shown: dict[int, list[float]] = {}
    committed: dict[int, float] = {}
    path = f"/incidents/{incident.number}/stream?after=0-0"
    streams = [asyncio.create_task(follow(running, cookie, path, shown)) for _ in range(browsers)]
    await asyncio.sleep(2 + browsers / 100)  # all are connected and have what was there before
    first = 1_000 * browsers
    for number in range(first, first + ENTRIES):
        async with db.transaction() as tx:
            await incidents.add_note(tx, incident.id, "@bob", f"bench entry {number} of this run")
        committed[number] = asyncio.get_running_loop().time()
        await asyncio.sleep(EVERY)
    await asyncio.sleep(2)
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    for number in committed:
        assert len(shown.get(number, [])) == browsers, f"entry {number} reached {len(shown.get(number, []))} streams"
    return sorted(at - committed[number] for number in committed for at in shown[number])


async def both(running: Tocsin, dsn: str) -> tuple[list[float], list[float]]:
    async with AsyncExitStack() as stack:
        db = await stack.enter_async_context(Database(dsn, reactions=REACTIONS, keyring=running.keyring))
        await furnish(db)
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=running.url))
        await client.post(await link_for(db, "alice"))
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        async with db.transaction() as tx:
            incident = await incidents.declare(tx, Declaration(title="Measured"))
        alone = await measure(running, db, incident, cookie, 1)
        return alone, await measure(running, db, incident, cookie, BROWSERS)


def p(of: list[float], percent: float) -> float:
    return of[min(len(of) - 1, int(len(of) * percent / 100))]


def run() -> list[Row]:
    with postgres.server() as server, tempfile.TemporaryDirectory() as folder:
        dsn = server.clone()
        parts = psycopg.conninfo.conninfo_to_dict(dsn)
        address = f"postgresql:///{parts['dbname']}?host={parts['host']}&user={parts['user']}"
        with tocsin_running(Path(folder) / "home", TOCSIN_DATABASE_URL=address) as running:
            alone, crowd = asyncio.run(both(running, dsn))
    return [
        Row(
            id="PERF-13",
            what=f"entry committed → in {BROWSERS} open streams",
            figure=f"p50 {p(crowd, 50) * 1000:.0f} ms, p99 {p(crowd, 99) * 1000:.0f} ms",
            baseline="one open stream",
            baseline_figure=f"p50 {p(alone, 50) * 1000:.0f} ms, p99 {p(alone, 99) * 1000:.0f} ms",
            ratio=f"{p(crowd, 99) / p(alone, 99):.1f} × (p99)",
            goal=f"p99 < {GOAL * 1000:.0f} ms",
            met=p(crowd, 99) < GOAL,
        )
    ]
