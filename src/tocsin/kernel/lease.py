"""How long a worker may believe that the jobs it holds are its own (REL-1).

A job's lease is its holder's: one row a worker, renewed at a third of the lease by a thread with a connection of its
own, and only while the event loop's pulse is fresh – a stuck loop must not keep its work. Lease time is the
database's `clock_timestamp()` over there and the monotonic clock here, measured from before the question was asked,
so that we always believe less than the database grants.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import psycopg

from tocsin.kernel import worker_store
from tocsin.kernel.errors import LeaseLost

# Renewed at a third: between two thirds and the whole is always left, so a send may take 8 s; and a worker whose host
# vanished is noticed within 15 s: the lease, the margin of the takeover, one sweep.
LEASE = timedelta(seconds=13)
NOBODY = 0
"""The id of a worker before its first life."""
_RECONNECT_AFTER = 0.25
_JOIN_FOR = 1.0  # longer when the server does not answer: it then ends with its connection

_log = logging.getLogger(__name__)


@dataclass
class Lease:
    """One life of a worker: `worker_id` changes when the worker begins a new one and takes its running jobs along."""

    worker_id: int
    length: float
    deadline: float
    pulse: float
    _settled: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._settled.set()

    def remaining(self) -> float:
        """Seconds of it that are left; not below zero."""
        return max(self.deadline - time.monotonic(), 0.0)

    @contextmanager
    def changing(self) -> Generator[None]:
        """While a new life is being begun: under which id the jobs stand in the database is known again when it is."""
        self._settled.clear()
        try:
            yield
        finally:
            self._settled.set()

    async def settled_life(self) -> int:
        """The worker's id, once no other is about to take its place. Who is refused by the fence asks for it before
        and after: when it has changed, the refusal was meant for the former life and says nothing about this one."""
        await self._settled.wait()
        return self.worker_id

    async def wait_for(self, seconds: float) -> None:
        """Returns once more than `seconds` are left, at the latest after the next renewal; raises LeaseLost when that
        renewal does not come, ValueError when the lease is never that long."""
        if seconds > self.length * 2 / 3:
            raise ValueError(f"no lease lasts {seconds} s for sure: it is {self.length} s, renewed at a third")
        while self.remaining() <= seconds:
            if self.remaining() == 0.0:
                raise LeaseLost("The lease ended before it was renewed.", "Another worker does the job.")
            await asyncio.sleep(0.05)


class LeaseKeeper:
    """The renewing thread. `on_lost` is called in the event loop, once, when the lease is gone for good."""

    def __init__(self, conninfo: str, lease: Lease, on_lost: Callable[[], None]) -> None:
        self._conninfo = conninfo
        self._lease = lease
        self._on_lost = on_lost
        self._loop = asyncio.get_running_loop()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lease", daemon=True)

    def start(self) -> None:
        self._thread.start()

    async def stop(self) -> None:
        self._stopped.set()
        await asyncio.to_thread(self._thread.join, _JOIN_FOR)

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                with psycopg.connect(self._conninfo, autocommit=True, connect_timeout=2, prepare_threshold=0) as conn:
                    lost = self._renew_while_connected(conn)
            except psycopg.Error as error:
                _log.warning("the lease cannot be renewed, trying again for %.1f s: %s", self._lease.remaining(), error)
                lost = self._lease.remaining() == 0.0
                self._stopped.wait(_RECONNECT_AFTER)
            if lost:
                self._tell_lost()
                return

    def _renew_while_connected(self, conn: psycopg.Connection) -> bool:
        """True: the lease is lost; False: asked to stop."""
        third = self._lease.length / 3
        while True:
            asked_at = time.monotonic()
            if asked_at - self._lease.pulse < third:
                if not worker_store.renew(conn, self._lease.worker_id, self._lease.length):
                    return True
                self._lease.deadline = asked_at + self._lease.length
            elif self._lease.remaining() == 0.0:
                return True
            if self._stopped.wait(third):
                return False

    def _tell_lost(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._on_lost)
