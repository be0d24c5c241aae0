"""One follower of the ledger for each process, and the open streams that it feeds.

Identity order is not commit order: an entry may become visible after one with a higher id. So the follower reads what
is new five times a second, and reads its last seconds again once a second, dropping what it has shown.
"""

import asyncio
import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import timedelta

from tocsin.kernel.errors import TooManyAttempts
from tocsin.kernel.ledger import LedgerEntry, find_last_id, list_after
from tocsin.kernel.loops import end, run_for_ever
from tocsin.kernel.tx import Transactions

OVERLAP = timedelta(seconds=10)
"""How much later than its instant an entry may become visible and still be shown."""

MOST_OF_ONE = 50
"""Streams of one person at one process."""

_RETRY_AFTER = 15
"""Seconds after which a stream whose page is gone has noticed it."""
_EVERY = 0.2
_ROUNDS_BETWEEN_SECOND_LOOKS = 5
_AT_MOST_WAITING = 1000

_log = logging.getLogger(__name__)


class Listener:
    """One open stream's place at the hub."""

    def __init__(self, wanted: Callable[[LedgerEntry], bool], of: int | None = None) -> None:
        self.of = of
        self._wanted = wanted
        self._waiting: list[LedgerEntry] = []
        self._something = asyncio.Event()
        self.is_over = False
        """No more will come: the process stops, or this stream is so slow that it must connect anew."""

    def offer(self, entries: list[LedgerEntry]) -> None:
        self._waiting.extend(entry for entry in entries if self._wanted(entry))
        if len(self._waiting) > _AT_MOST_WAITING:
            self.end()
        if self._waiting:
            self._something.set()

    def end(self) -> None:
        self.is_over = True
        self._something.set()

    async def next(self, patience: float) -> list[LedgerEntry]:
        """What has come, in the order of ids; empty after `patience` seconds of silence or when it is over."""
        try:
            async with asyncio.timeout(patience):
                await self._something.wait()
        except TimeoutError:
            return []
        entries, self._waiting = self._waiting, []
        if not self.is_over:
            self._something.clear()
        return sorted(entries, key=lambda entry: entry.id)


class Hub:
    """Reads only while somebody listens. `start` and `close` it in the event loop that uses it."""

    def __init__(self, db: Transactions) -> None:
        self._db = db
        self._follower = _Follower(db)
        self._listeners: set[Listener] = set()
        self._somebody = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._is_closed = False

    async def start(self) -> None:
        run = run_for_ever(self._run, doing="showing live pages what happens", pause=_EVERY)
        self._task = asyncio.create_task(run, name="live")

    async def close(self) -> None:
        """Ends every stream at once, so that a stop need not wait for browsers; safe to call twice."""
        self._is_closed = True
        for listener in self._listeners:
            listener.end()
        if self._task is not None:
            await end(self._task)

    @contextmanager
    def listen(self, wanted: Callable[[LedgerEntry], bool], of: int | None = None) -> Generator[Listener]:
        """From now on. Open it before you read the past, then nothing falls between the two. `of`: whose stream it is;
        one too many of somebody is over at once.
        """
        listener = Listener(wanted, of)
        if self._is_closed or self._is_full(of):
            listener.end()
        self._listeners.add(listener)
        self._somebody.set()
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def check_room(self, of: int) -> None:
        """Raises TooManyAttempts for somebody who has as many streams as one person may: each holds a connection, and
        alerts come in by the same ones.
        """
        if self._is_full(of):
            raise TooManyAttempts(
                f"You follow what happens {MOST_OF_ONE} times already.",
                "Close pages and programs that you do not need; each one that is open counts.",
                retry_after=_RETRY_AFTER,
            )

    def _is_full(self, of: int | None) -> bool:
        return of is not None and sum(listener.of == of for listener in self._listeners) >= MOST_OF_ONE

    async def _run(self) -> None:
        """After a failure it goes on where it was: the follower knows what has been shown."""
        while True:
            await self._somebody.wait()
            while self._listeners:
                self._offer(await self._follower.read())
                await asyncio.sleep(_EVERY)
            self._follower = _Follower(self._db)
            self._somebody.clear()

    def _offer(self, entries: list[LedgerEntry]) -> None:
        for listener in self._listeners:
            try:
                listener.offer(entries)
            except Exception:  # noqa: BLE001 - what one stream wants is its own, and must not stop the others
                _log.exception("a live stream cannot say what it wants and is ended")
                listener.end()


class _Follower:
    """What has been shown, from the first listener to the last; it survives an absence of the database."""

    def __init__(self, db: Transactions) -> None:
        self._db = db
        self._rounds = 0
        self._newest = 0
        self._settled: int | None = None
        """Nothing with this id or a lower one is still to come."""
        self._shown: dict[int, float] = {}
        """Ids above `_settled`, with the monotonic time at which they were read."""

    async def read(self) -> list[LedgerEntry]:
        """Whatever has become visible since the last reading, each entry once."""
        async with self._db.connection() as conn:
            if self._settled is None:
                self._settled = self._newest = await find_last_id(conn, before=self._db.clock.now() - OVERLAP)
            if self._rounds % _ROUNDS_BETWEEN_SECOND_LOOKS == 0:
                entries = await list_after(conn, self._settled, without=list(self._shown))
            else:
                entries = await list_after(conn, self._newest)
        self._rounds += 1
        self._remember([entry.id for entry in entries])
        return entries

    def _remember(self, ids: list[int]) -> None:
        now = asyncio.get_running_loop().time()
        self._shown.update((entry_id, now) for entry_id in ids)
        self._newest = max([self._newest, *ids])
        old = [entry_id for entry_id, at in self._shown.items() if at < now - OVERLAP.total_seconds()]
        self._settled = max([self._settled or 0, *old])
        for entry_id in old:
            del self._shown[entry_id]
