"""Group commit: the requests that wait at this moment are made durable together, then all are answered.

There is no wait window: while one statement runs, the next batch gathers. When many alerts wait, a second flusher takes
a batch, so that the disk is busy with one while the processor works on the other (PERF-1); for few it gains nothing.
"""

import asyncio
import logging
from collections.abc import Sequence
from typing import NamedTuple

import psycopg

from tocsin.alerts.rulebook import Rulebook
from tocsin.alerts.service import Arrival, Desk, receive
from tocsin.db.database import Database
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Unavailable

AT_MOST = 8
MANY = 256
"""How many alerts have to wait before the second flusher begins."""
WAITING_CAP = 1000
_PATIENCE = 8.0
_RETRY_EVERY = 0.2

_log = logging.getLogger(__name__)


class Busy(Unavailable):
    """Too many requests wait already; the client is told to come back."""


class _Waiting(NamedTuple):
    arrivals: Sequence[Arrival]
    done: asyncio.Future[int]
    give_up_at: float


class GroupCommit:
    """`submit` returns when the arrivals are committed. Open it in the event loop that uses it."""

    def __init__(self, db: Database, rulebook: Rulebook) -> None:
        self._db = db
        self._desk = Desk(db, lambda: rulebook.router)
        self._queue: list[_Waiting] = []
        self._something = asyncio.Event()
        self._many = asyncio.Event()
        self._flushers: list[asyncio.Task[None]] = []
        self._closing = False

    def open(self) -> None:
        self._flushers = [
            asyncio.create_task(self._run(1, self._something), name="intake"),
            asyncio.create_task(self._run(MANY, self._many), name="intake-many"),
        ]

    async def close(self) -> None:
        """Commits what waits, then ends."""
        self._closing = True
        self._something.set()
        self._many.set()
        await asyncio.gather(*self._flushers)

    async def submit(self, arrivals: Sequence[Arrival]) -> int:
        """Returns how many arrivals the database could not hold (0 but for a hole in the parsers' checks).

        Raises Busy, and Unavailable when the database does not answer in time: then nothing is promised.
        """
        if self._closing or len(self._queue) >= WAITING_CAP:
            raise Busy("Too many requests wait already.", "Send it again in a moment.")
        loop = asyncio.get_running_loop()
        done: asyncio.Future[int] = loop.create_future()
        self._queue.append(_Waiting(arrivals, done, loop.time() + _PATIENCE))
        self._something.set()
        if self._waiting() >= MANY:
            self._many.set()
        return await done

    def _waiting(self) -> int:
        """Alerts of the requests that wait; an empty request counts as one."""
        return sum(len(waiting.arrivals) or 1 for waiting in self._queue)

    async def _run(self, begin_at: int, enough: asyncio.Event) -> None:
        """A flusher: `begin_at` alerts have to wait before it takes a batch; `enough` is set when they may."""
        while not (self._closing and self._waiting() < begin_at):
            try:
                async with self._db.connection() as conn:
                    await self._flush_while_connected(conn, begin_at, enough)
            except (psycopg.OperationalError, TimeoutError) as error:
                _log.warning("the database does not take alerts: %s", error)
                self._give_up_on_the_patient()
                await asyncio.sleep(_RETRY_EVERY)

    async def _flush_while_connected(self, conn: Conn, begin_at: int, enough: asyncio.Event) -> None:
        """Ends with OperationalError or TimeoutError when the connection fails; the batch of that moment is put
        back."""
        while True:
            while self._waiting() < begin_at:
                if self._closing:
                    return
                enough.clear()
                await enough.wait()
            batch, self._queue = self._queue[:AT_MOST], self._queue[AT_MOST:]
            try:
                async with asyncio.timeout(_PATIENCE):
                    await self._commit(conn, batch)
            except (psycopg.OperationalError, TimeoutError):
                # A commit of unknown outcome is safe to repeat: what got through is then an unchanged resend.
                self._queue = [waiting for waiting in batch if not waiting.done.done()] + self._queue
                raise
            except Exception as error:  # noqa: BLE001 - the edge of the loop: one batch fails, the flusher lives on
                _log.exception("a batch of alerts could not be stored")
                for waiting in batch:
                    _fail(waiting, error)

    def _give_up_on_the_patient(self) -> None:
        now = asyncio.get_running_loop().time()
        for waiting in self._queue:
            if self._closing or now >= waiting.give_up_at:
                _fail(waiting, Unavailable("The database does not answer.", "Send the alerts again in a moment."))
        self._queue = [waiting for waiting in self._queue if not waiting.done.done()]

    async def _commit(self, conn: Conn, batch: Sequence[_Waiting]) -> None:
        try:
            await self._receive(conn, [arrival for waiting in batch for arrival in waiting.arrivals])
        except psycopg.DataError:
            for waiting in batch:
                _settle(waiting, await self._commit_piecemeal(conn, waiting.arrivals))
        else:
            for waiting in batch:
                _settle(waiting, 0)

    async def _commit_piecemeal(self, conn: Conn, arrivals: Sequence[Arrival]) -> int:
        """Find the arrival that the database refuses by halving; the others are kept. Returns how many were
        refused."""
        try:
            await self._receive(conn, arrivals)
        except psycopg.DataError as error:
            if len(arrivals) == 1:
                _log.error("an alert passed its parser and cannot be stored, please report it: %s", error)
                return 1
            middle = len(arrivals) // 2
            first = await self._commit_piecemeal(conn, arrivals[:middle])
            return first + await self._commit_piecemeal(conn, arrivals[middle:])
        return 0

    async def _receive(self, conn: Conn, arrivals: Sequence[Arrival]) -> None:
        await receive(self._desk, conn, arrivals)


def _settle(waiting: _Waiting, refused: int) -> None:
    if not waiting.done.done():
        waiting.done.set_result(refused)


def _fail(waiting: _Waiting, error: Exception) -> None:
    if not waiting.done.done():
        waiting.done.set_exception(error)
