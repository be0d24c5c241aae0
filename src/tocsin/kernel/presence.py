"""A worker's being there: one connection that holds its advisory lock and listens for wake-ups.

When the process dies the server frees the lock at once, which is how others know within two seconds. When the
connection breaks and the process does not, the worker begins a new life and takes its running jobs along; what the
old life had claimed without our hearing of it is free for anyone.
"""

import os
import socket
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tocsin.kernel import worker_store
from tocsin.kernel.db import Conn, connect
from tocsin.kernel.lease import NOBODY, Lease
from tocsin.kernel.wakeups import CHANNEL, Waker


@dataclass(frozen=True)
class Presence:
    """`kept`: the former life was still valid, and what it ran goes on under the new id."""

    conn: Conn
    kept: bool

    async def listen(self, on_wake: Callable[[str], None], waker: Waker) -> None:
        """Runs until the connection breaks, then raises psycopg.OperationalError. What this process's own `waker` tells
        the others, it has told us before."""
        async for notification in self.conn.notifies():
            if notification.pid != waker.pid:
                on_wake(notification.payload)


@asynccontextmanager
async def be_present(conninfo: str, *, version: str, lease: Lease, running: Sequence[int]) -> AsyncGenerator[Presence]:
    """Begins a life that lasts at most as long as its connection, and says so in `lease`."""
    async with await connect(conninfo) as conn:
        await conn.execute("select set_config('application_name', 'tocsin worker', false)")
        kept = await _begin_life(conn, version, lease, running)
        await conn.execute(f"listen {CHANNEL}")
        yield Presence(conn, kept)


async def _begin_life(conn: Conn, version: str, lease: Lease, running: Sequence[int]) -> bool:
    """True: what the former life ran is this one's. The lease counts from before the question."""
    began, former, kept = time.monotonic(), lease.worker_id, False
    with lease.changing():
        async with conn.transaction():
            worker_id = await worker_store.begin_life(conn, socket.gethostname(), os.getpid(), version, lease.length)
            if former != NOBODY:
                kept = await worker_store.end_life(conn, former)
            if kept:
                await worker_store.adopt_jobs(conn, former, worker_id, running)
        lease.worker_id, lease.deadline = worker_id, began + lease.length
    return kept
