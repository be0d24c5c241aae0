"""Telling sleeping workers that a lane has work: after the commit, from another connection, coalesced (REL-1).

NOTIFY inside the committing transactions would serialise them. A wake-up may be lost without harm: workers look
for themselves once a second (`POLL_FLOOR`).
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from tocsin.kernel.db import Conn, connect, spare_the_disk
from tocsin.kernel.loops import end, run_for_ever

CHANNEL = "tocsin_jobs"
POLL_FLOOR = timedelta(seconds=1)
# Jobs are armed at their transaction's instant and seen at its commit. What is due longer ago than this when it is
# committed may lie before the marks of the claims and is announced as late, by a `<` after the lane.
SLACK = timedelta(milliseconds=250)
_JITTER = 0.002
_CROWDED = 0.02
"""Seconds: a wake-up that comes sooner than this after another waits a moment, so that more can travel with it."""
_FLOOD = 0.005
"""Seconds between two wake-ups when they follow each other without a pause: every worker is awake then, and each word
costs a transaction."""
_FLOOD_FROM = 4
"""So many in a row, each sooner than `_FLOOD` after the one before."""


class Waker:
    """Sends wake-ups one statement at a time; what is armed while one is under way travels with the next.

    `here`: workers of this very process, which are told at once; `pid` is by whom PostgreSQL says the others were told.
    """

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._lanes: set[str] = set()
        self._something = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.here: list[Callable[[str], None]] = []
        self.pid: int | None = None

    def start(self) -> None:
        run = run_for_ever(self._run, doing="waking the workers of other processes")
        self._task = asyncio.create_task(run, name="waker")

    async def stop(self) -> None:
        """Sends nothing more: what is armed is found within the poll floor."""
        if self._task is not None:
            await end(self._task)
            self._task = None

    def wake(self, armed: Mapping[str, datetime], now: datetime) -> None:
        """`now` is after the commit. Later timers need no word: each sleeper looks for its next due row at least once
        in the poll floor."""
        for lane, run_at in armed.items():
            if run_at < now - SLACK / 2:
                self._announce(f"{lane}<")
            elif run_at <= now + 2 * POLL_FLOOR:
                self._announce(lane)

    def _announce(self, lane: str) -> None:
        self._lanes.add(lane)
        self._something.set()
        for tell in self.here:
            tell(lane)

    async def _run(self) -> None:
        try:
            async with await connect(self._conninfo) as conn:
                await spare_the_disk(conn)
                self.pid = conn.info.backend_pid
                await self._send_while_connected(conn)
        finally:
            self.pid = None

    async def _send_while_connected(self, conn: Conn) -> None:
        loop = asyncio.get_running_loop()
        sent, in_a_row = -_CROWDED, 0
        while True:
            await self._something.wait()
            since = loop.time() - sent
            in_a_row = in_a_row + 1 if since < _FLOOD else 0
            pause = pause_before(since, in_a_row)
            if pause:
                await asyncio.sleep(pause)
            sent = loop.time()
            self._something.clear()
            lanes = list(self._lanes)
            self._lanes.clear()
            await conn.execute("select pg_notify(%s, lane) from unnest(%b::text[]) as lane", (CHANNEL, lanes))


def pause_before(since: float, in_a_row: int) -> float:
    """Seconds that a wake-up waits for others to travel with it: `since` the last one was sent, which was the end of
    `in_a_row` that came without a pause."""
    if in_a_row >= _FLOOD_FROM:
        return _FLOOD
    return random.uniform(0, _JITTER) if since < _CROWDED else 0.0  # noqa: S311 - spreads load, guards nothing
