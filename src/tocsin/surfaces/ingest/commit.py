"""Group commit: the requests that wait at this moment are made durable together, then all are answered.

There is no wait window: while one statement runs, the next batch gathers. When many alerts wait, a second flusher takes
a batch, so that the disk is busy with one while the processor works on the other (PERF-1); for few it gains nothing.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

import psycopg
from psycopg.errors import ProgramLimitExceeded, StatementTooComplex

from tocsin.alerts.rulebook import Rulebook
from tocsin.alerts.service import Arrival, Desk, receive
from tocsin.db.database import Database
from tocsin.kernel import tracing
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Unavailable
from tocsin.kernel.loops import end

AT_MOST = 8
MANY = 256
"""How many alerts have to wait before the second flusher begins."""
WAITING_CAP = 1000
"""How many requests may wait."""
WAITING_BYTES = 32 * 1024 * 1024
"""How long their bodies may be together; parsed, they take about ten times as much memory."""
BATCH_ALERTS = 5000
"""After so many alerts a batch takes no further request: it has to be through within the patience."""
_PATIENCE = 5.0
"""After so many seconds a request is answered, whatever the database does: Prometheus hangs up after ten."""
_LOOK_EVERY = 0.25
"""How often is looked whose patience is over; a timer for each request costs more than all else `submit` does."""
_RETRY_EVERY = 0.2
_HOPELESS = 10
"""After so many failures the rest of a request is not tried alert by alert: the fault is not in a single one."""

_TOO_MUCH = (ProgramLimitExceeded, StatementTooComplex)
"""What it says of a value that is too large or nested too deep, in the class of its own troubles."""
_REFUSALS = (psycopg.DataError, *_TOO_MUCH)
"""What the database says of a value that it cannot hold, today or tomorrow."""

_NO_ANSWER = ("The database does not answer.", "Send the alerts again in a moment.")

_log = logging.getLogger(__name__)


class Busy(Unavailable):
    """Too many requests wait already; the client is told to come back."""


class _Waiting(NamedTuple):
    arrivals: Sequence[Arrival]
    size: int
    done: asyncio.Future[int]
    trace: str | None


class _Promised(NamedTuple):
    """By when, on the loop's clock, a request has its answer."""

    by: float
    done: asyncio.Future[int]


class GroupCommit:
    """`submit` returns when the arrivals are committed. Open it in the event loop that uses it."""

    def __init__(self, db: Database, rulebook: Rulebook) -> None:
        self._db = db
        self._desk = Desk(db, lambda: rulebook.router)
        self._queue: list[_Waiting] = []
        self._promised: deque[_Promised] = deque()
        self._something = asyncio.Event()
        self._many = asyncio.Event()
        self._flushers: list[asyncio.Task[None]] = []
        self._watch: asyncio.Task[None] | None = None
        self._closing = False

    def open(self) -> None:
        self._flushers = [
            asyncio.create_task(self._run(1, self._something), name="intake"),
            asyncio.create_task(self._run(MANY, self._many), name="intake-many"),
        ]
        self._watch = asyncio.create_task(self._keep_promises(), name="intake-patience")

    async def close(self) -> None:
        """Commits what waits, then ends."""
        self._closing = True
        self._something.set()
        self._many.set()
        await asyncio.gather(*self._flushers)
        if self._watch is not None:
            await end(self._watch)

    async def submit(self, arrivals: Sequence[Arrival], size: int = 0) -> int:
        """Returns how many arrivals the database could not hold (0 but for a hole in the parsers' checks). `size` is
        that of the request's body in bytes.

        Raises Busy, and Unavailable when the database does not answer in time, or fails on them: then nothing is
        promised.
        """
        if self._closing or self._is_full(size):
            raise Busy("Too many requests wait already.", "Send it again in a moment.")
        loop = asyncio.get_running_loop()
        waiting = _Waiting(arrivals, size, loop.create_future(), tracing.current())
        self._queue.append(waiting)
        self._promised.append(_Promised(loop.time() + _PATIENCE, waiting.done))
        self._something.set()
        if self._waiting() >= MANY:
            self._many.set()
        try:
            return await waiting.done
        finally:
            if waiting.done.cancelled():
                self._drop_answered()

    async def _keep_promises(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            self._answer_overdue(asyncio.get_running_loop().time())

    def _answer_overdue(self, now: float) -> None:
        """Those that were asked first are first in the line, answered or not."""
        while self._promised and (self._promised[0].done.done() or self._promised[0].by <= now):
            _fail(self._promised.popleft().done, Unavailable(*_NO_ANSWER))
        self._drop_answered()

    def _drop_answered(self) -> None:
        self._queue = [waiting for waiting in self._queue if not waiting.done.done()]

    def _is_full(self, size: int) -> bool:
        waiting = sum(waiting.size for waiting in self._queue)
        return len(self._queue) >= WAITING_CAP or (waiting > 0 and waiting + size > WAITING_BYTES)

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
                if self._closing:
                    self._give_up()
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
            batch = self._take_batch()
            try:
                async with asyncio.timeout(_PATIENCE):
                    await self._commit(conn, batch)
            except (psycopg.OperationalError, TimeoutError):
                # A commit of unknown outcome is safe to repeat: what got through is then an unchanged resend.
                self._queue = [waiting for waiting in batch if not waiting.done.done()] + self._queue
                raise

    def _take_batch(self) -> list[_Waiting]:
        """The requests that are made durable next: one of any size, then more while they are few."""
        taken = alerts = 0
        for waiting in self._queue[:AT_MOST]:
            alerts += len(waiting.arrivals)
            if taken and alerts > BATCH_ALERTS:
                break
            taken += 1
        batch, self._queue = self._queue[:taken], self._queue[taken:]
        return batch

    def _give_up(self) -> None:
        for waiting in self._queue:
            _fail(waiting.done, Unavailable(*_NO_ANSWER))
        self._queue = []

    async def _commit(self, conn: Conn, batch: Sequence[_Waiting]) -> None:
        """All together; when that fails each by itself, so that none pays for another."""
        parents = [waiting.trace for waiting in batch if waiting.trace is not None]
        with tracing.span("store alerts", parents=parents):
            await self._commit_as_one_or_each(conn, batch)

    async def _commit_as_one_or_each(self, conn: Conn, batch: Sequence[_Waiting]) -> None:
        failure = await self._try(conn, [arrival for waiting in batch for arrival in waiting.arrivals])
        for waiting in batch:
            failures = await self._commit_piecemeal(conn, waiting.arrivals) if failure else []
            _settle(waiting, failures)

    async def _commit_piecemeal(self, conn: Conn, arrivals: Sequence[Arrival]) -> list[Exception]:
        """Find the arrivals that fail by halving; the others are kept. Returns why each of them does."""
        failures: list[Exception] = []
        parts = [arrivals]
        while parts:
            part = parts.pop()
            failure = await self._try(conn, part)
            if failure is None:
                continue
            if len(part) <= 1 or len(failures) >= _HOPELESS:
                _log.error("alerts passed their parser and cannot be stored, please report it", exc_info=failure)
                failures += [failure] * len(part)
            else:
                middle = len(part) // 2
                parts += [part[middle:], part[:middle]]  # the first half is next: the order of signals is kept
        return failures

    async def _try(self, conn: Conn, arrivals: Sequence[Arrival]) -> Exception | None:
        """Why these could not be stored, None when they are. Raises OperationalError and TimeoutError: those are the
        connection's fault – but for a value that is too large for the database, which has that class, too."""
        try:
            await self._receive(conn, arrivals)
        except _TOO_MUCH as error:
            return error
        except (psycopg.OperationalError, TimeoutError):
            raise
        except Exception as error:  # noqa: BLE001 - the edge of the loop: one alert fails, the flusher lives on
            return error
        return None

    async def _receive(self, conn: Conn, arrivals: Sequence[Arrival]) -> None:
        await receive(self._desk, conn, arrivals)


def _settle(waiting: _Waiting, failures: Sequence[Exception]) -> None:
    """Answer a request: what the database refuses for its content stays refused; anything else may come again."""
    if all(isinstance(failure, _REFUSALS) for failure in failures) and len(failures) <= _HOPELESS:
        if not waiting.done.done():
            waiting.done.set_result(len(failures))
        return
    text = f"{len(failures)} of {len(waiting.arrivals)} alerts could not be stored, the log of the server says why."
    _fail(waiting.done, Unavailable(text, "Send them again in a moment."))


def _fail(done: asyncio.Future[int], error: Exception) -> None:
    if not done.done():
        done.set_exception(error)
