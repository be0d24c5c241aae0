"""The one way into PostgreSQL for use cases: short transactions from a pool that outlives a restart of the server.

Workers hold connections of their own beside it (`kernel.presence`, `kernel.claims`); migrations are `migrate`.
"""

import asyncio
import logging
import select
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Self

import psycopg
from psycopg_pool import AsyncConnectionPool

from tocsin.kernel.clock import Clock, DatabaseClock
from tocsin.kernel.db import BeginningCursor, Conn, speak_utc
from tocsin.kernel.loops import end, run_for_ever
from tocsin.kernel.secrets import NO_KEYS, Keyring
from tocsin.kernel.tx import Reactions, Tx
from tocsin.kernel.wakeups import Waker

_SAMPLE_EVERY = 1.0
_WAIT_FOR_CONNECTION = 5.0
# A connection attempt that fails is given up soon and begun anew by the next caller: the pool's own back-off grows
# to half a minute, and paging must go on within seconds of the database's return (REL-5).
_RECONNECT_FOR = 3.0

_log = logging.getLogger(__name__)


class Database:
    """`clock` None: the database's own time, sampled each second. `keyring` is for whoever meets secrets. Open it in
    the event loop that uses it."""

    def __init__(
        self,
        conninfo: str,
        *,
        clock: Clock | None = None,
        reactions: Reactions | None = None,
        keyring: Keyring = NO_KEYS,
        size: int = 10,
    ) -> None:
        self.conninfo = conninfo
        self.keyring = keyring
        self.reactions: Reactions = reactions or {}
        self._own_clock = clock is None
        self.clock: Clock = clock or DatabaseClock(datetime.fromtimestamp(0, UTC))
        self.waker = Waker(conninfo)
        self._sampling: asyncio.Task[None] | None = None
        self._pool = AsyncConnectionPool(
            conninfo,
            connection_class=Conn,
            kwargs={"autocommit": True, "connect_timeout": 5, "cursor_factory": BeginningCursor},
            min_size=1,
            max_size=size,
            timeout=_WAIT_FOR_CONNECTION,
            reconnect_timeout=_RECONNECT_FOR,
            configure=self._configure,
            check=_is_alive,
            open=False,
        )

    async def _configure(self, conn: Conn) -> None:
        conn.keyring = self.keyring
        await speak_utc(conn)

    async def open(self) -> None:
        """Connects; raises psycopg.OperationalError when the server does not answer."""
        await self._pool.open()
        try:
            await self._pool.wait(timeout=_WAIT_FOR_CONNECTION)
            if self._own_clock:
                await self._sample_clock()
                self._sampling = asyncio.create_task(
                    run_for_ever(self._keep_clock, doing="reading the database's time; the monotonic clock carries on"),
                    name="clock",
                )
        except BaseException:
            await self._pool.close()
            raise
        self.waker.start()

    async def close(self) -> None:
        if self._sampling is not None:
            await end(self._sampling)
        await self.waker.stop()
        await self._pool.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Tx]:
        """One transaction at one instant; what it armed is announced after the commit, from another connection."""
        async with self._pool.connection() as conn:
            tx = Tx(conn, self.clock.now(), self.reactions)
            async with conn.one_transaction():
                yield tx
                await tx.write_rest()
        self.wake(tx)

    @asynccontextmanager
    async def connection(self) -> AsyncGenerator[Conn]:
        """For reads, each statement by itself."""
        async with self._pool.connection() as conn:
            yield conn

    def wake(self, tx: Tx) -> None:
        """For whoever commits by other means than `transaction`: tells the workers what `tx` armed."""
        if tx.armed or tx.timers:
            self.waker.wake((*tx.armed.items(), *tx.timers.items()), self.clock.now())

    async def _keep_clock(self) -> None:
        while True:
            await asyncio.sleep(_SAMPLE_EVERY)
            await self._sample_clock()

    async def _sample_clock(self) -> None:
        assert isinstance(self.clock, DatabaseClock)
        loop = asyncio.get_running_loop()
        async with self._pool.connection() as conn:
            asked_at = loop.time()
            cursor = await conn.execute("select clock_timestamp()")
            row = await cursor.fetchone()
            answered_in = loop.time() - asked_at
        assert row is not None
        ahead = self.clock.sample(row[0], age=answered_in / 2)
        if ahead.total_seconds() > 1:
            _log.warning(
                "the database's clock was set back by %.1f s; our time runs at half speed until it has caught up. "
                "Check the time synchronisation of the database's host.",
                ahead.total_seconds(),
            )


async def _is_alive(conn: Conn) -> None:
    """An idle connection has nothing to read unless the server closed it: no round trip is needed to know."""
    poll = select.poll()
    poll.register(conn.pgconn.socket, select.POLLIN)
    if poll.poll(0):
        conn.pgconn.consume_input()
        if conn.pgconn.status != psycopg.pq.ConnStatus.OK:
            raise psycopg.OperationalError("the server closed the connection")
