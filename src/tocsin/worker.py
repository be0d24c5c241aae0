"""The loops that make things happen: claim, run, finish, renew, sweep – for as long as the process lives, through
restarts of the database. What a job does is its handler's; the statements are in `kernel.job_store`.
"""

import asyncio
import logging
import time
from collections.abc import Coroutine, Mapping, Sequence
from datetime import timedelta
from typing import Any

import psycopg

from tocsin.db.database import Database
from tocsin.kernel import worker_store
from tocsin.kernel.claims import Claims
from tocsin.kernel.completions import Completions
from tocsin.kernel.errors import LeaseLost
from tocsin.kernel.hands import Hands
from tocsin.kernel.held import JobKind
from tocsin.kernel.jobs import arm_recurring
from tocsin.kernel.lanes import Lanes
from tocsin.kernel.lease import LEASE, NOBODY, Lease, LeaseKeeper
from tocsin.kernel.loops import end
from tocsin.kernel.presence import Presence, be_present
from tocsin.kernel.sweep import Sweep
from tocsin.kernel.upkeep import UPKEEP

PLACES = 16
_PATIENCE = timedelta(seconds=10)
_RECONNECT_AFTER = 0.25
_PULSE = 0.2

_log = logging.getLogger(__name__)


class Worker:
    """Runs `kinds` and the engine's own upkeep. `places`: how many jobs of a lane run at once, 16 where nothing is
    said; a slow lane delays no other.
    `patience`: how long running jobs may go on after `stop`."""

    def __init__(
        self,
        db: Database,
        kinds: Sequence[JobKind],
        *,
        places: Mapping[str, int] | None = None,
        lease: timedelta = LEASE,
        patience: timedelta = _PATIENCE,
        version: str = "",
    ) -> None:
        self._db = db
        self._kinds = {kind.name: kind for kind in (*UPKEEP, *kinds)}
        self._patience = patience
        self._version = version
        self._something = asyncio.Event()
        self._stopping = asyncio.Event()
        self._lanes = Lanes({kind.lane: PLACES for kind in self._kinds.values()} | dict(places or {}), PLACES)
        self._lease = Lease(worker_id=NOBODY, length=lease.total_seconds(), deadline=0.0, pulse=time.monotonic())
        self._completions = Completions(db.conninfo, self._lease)
        self._hands = Hands(db, self._kinds, self._lanes, self._lease, self._completions, self._something.set)
        news = (db.conninfo, db.clock, list(self._kinds), self._lanes, self._hands, self._something)
        self._claims = Claims(*news)
        self._sweep = Sweep(*news)

    async def run(self) -> None:
        """Works until `stop`, then lets running jobs end, gives the others back and leaves in peace."""
        beside = [
            asyncio.create_task(self._completions.run(), name="completions"),
            asyncio.create_task(self._beat(), name="pulse"),
        ]
        self._db.waker.here.append(self._wake)
        try:
            while not self._stopping.is_set():
                try:
                    await self._live()
                except (psycopg.Error, LeaseLost, OSError) as error:
                    _log.warning("this worker begins anew: %s", error)
                    await asyncio.sleep(_RECONNECT_AFTER)
        finally:
            self._db.waker.here.remove(self._wake)
            await end(*beside)

    def stop(self) -> None:
        """For a signal handler: nothing more is claimed, `run` returns when what runs has ended."""
        self._claims.open = self._sweep.open = False
        self._stopping.set()

    async def _live(self) -> None:
        """One life: ends with `stop`, or by an error after which another begins."""
        first_life = self._lease.worker_id == NOBODY
        running = self._hands.held_ids()
        async with be_present(self._db.conninfo, version=self._version, lease=self._lease, running=running) as presence:
            if not presence.kept:
                self._hands.let_fall()
            self._lanes.wake_all()
            await self._work(presence, first_life=first_life)
            await worker_store.end_life(presence.conn, self._lease.worker_id)

    async def _work(self, presence: Presence, *, first_life: bool) -> None:
        lost = asyncio.Event()
        keeper = LeaseKeeper(self._db.conninfo, self._lease, lost.set)
        keeper.start()
        try:
            if first_life:
                await self._arm_recurring()
            await _until_first_ends(
                presence.listen(self._wake, self._db.waker),
                self._claims.run(self._lease),
                self._sweep.run(self._lease, first_life=first_life),
                _raise_lost(lost),
                self._wind_down(),
            )
        finally:
            await keeper.stop()

    def _wake(self, announcement: str) -> None:
        self._lanes.wake(announcement)
        self._something.set()

    async def _arm_recurring(self) -> None:
        async with self._db.transaction() as tx:
            for kind in self._kinds.values():
                if kind.every is not None:
                    await arm_recurring(tx, kind.name, kind.lane)

    async def _wind_down(self) -> None:
        await self._stopping.wait()
        await self._hands.wind_down(self._patience)

    async def _beat(self) -> None:
        while True:
            self._lease.pulse = time.monotonic()
            await asyncio.sleep(_PULSE)


async def _raise_lost(lost: asyncio.Event) -> None:
    await lost.wait()
    raise LeaseLost("The lease ended before it could be renewed.", "What ran is left to whoever claims it next.")


async def _until_first_ends(*coroutines: Coroutine[Any, Any, None]) -> None:
    """Runs them together until one returns or raises; the others are cancelled."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await end(*tasks)
    for task in done:
        task.result()
