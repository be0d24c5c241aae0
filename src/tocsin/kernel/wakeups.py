"""Telling sleeping workers that a lane has work: after the commit, from another connection, coalesced (REL-1).

NOTIFY inside the committing transactions would serialise them. A wake-up may be lost without harm: workers look
for themselves once a second (`POLL_FLOOR`).
"""

import asyncio
import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from tocsin.kernel.db import Conn, connect, spare_the_disk
from tocsin.kernel.loops import end, run_for_ever

CHANNEL = "tocsin_jobs"
POLL_FLOOR = timedelta(seconds=1)
# Jobs are armed at their transaction's instant and seen at its commit. What is due longer ago than this when it is
# committed may lie before the marks of the claims and is announced as late.
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
        self._news: set[str] = set()
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

    def wake(self, armed: Iterable[tuple[str, datetime]], now: datetime) -> None:
        """Lanes, each with the earliest instant of what was armed in it; `now` is after the commit."""
        for lane, run_at in armed:
            news = announcement(lane, run_at, now)
            if news is not None:
                self._announce(news)

    def _announce(self, news: str) -> None:
        for tell in self.here:
            tell(news)
        self._news.add(news)
        self._something.set()

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
            news = list(self._news)
            self._news.clear()
            await conn.execute("select pg_notify(%s, news) from unnest(%b::text[]) as news", (CHANNEL, news))


def announcement(lane: str, run_at: datetime, now: datetime) -> str | None:
    """What to tell of work that is due at `run_at`: the lane; with `<` behind it when it lies before the marks of the
    claims; with `>` and the instant when it is still to come. None: a timer so far off that every sleeper has looked
    for its next due row before (`sweep`)."""
    if run_at <= now:
        return f"{lane}<" if run_at < now - SLACK / 2 else lane
    return f"{lane}>{run_at.isoformat()}" if run_at <= now + 2 * POLL_FLOOR else None


def read_announcement(news: str) -> tuple[str, bool, datetime | None]:
    """The lane, whether what was armed is late, and the instant of a timer."""
    lane, _, instant = news.partition(">")
    return lane.removesuffix("<"), lane.endswith("<"), datetime.fromisoformat(instant) if instant else None


def pause_before(since: float, in_a_row: int) -> float:
    """Seconds that a wake-up waits for others to travel with it: `since` the last one was sent, which was the end of
    `in_a_row` that came without a pause."""
    if in_a_row >= _FLOOD_FROM:
        return _FLOOD
    return random.uniform(0, _JITTER) if since < _CROWDED else 0.0  # noqa: S311 - spreads load, guards nothing
