"""A worker that a test moves by hand: one job after the other, in the order in which they fall due, on a clock that
only this moves. What it shares with the real one: the statements of claiming, the handlers, the verdicts."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from tocsin.db.database import Database
from tocsin.kernel import job_store, worker_store
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.db import Conn, connect, prefer_index_order
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.job_store import Claimed, First
from tocsin.kernel.jobs import arm_recurring
from tocsin.kernel.lease import Lease
from tocsin.kernel.questions import ask_one
from tocsin.kernel.running import run_job, settle_failed

A_DAY = 86_400.0


class Stepper:
    """`raise_failures`: a handler's exception, after its job was put back, fails the test that stepped it."""

    def __init__(
        self,
        db: Database,
        clock: VirtualClock,
        conn: Conn,
        kinds: Sequence[JobKind],
        lease: Lease,
        raise_failures: bool,
    ) -> None:
        self._db = db
        self._clock = clock
        self._conn = conn
        self._kinds = {kind.name: kind for kind in kinds}
        self._lease = lease
        self._raise_failures = raise_failures

    async def drain(self) -> int:
        """Runs everything that is due now, and what that arms for now; returns how many jobs ran."""
        ran = 0
        while (job := await self._claim_next()) is not None:
            await self._run(job)
            ran += 1
        return ran

    async def passes(self, duration: timedelta) -> None:
        """Time passes: drains, steps to the next due row, and so on to the target. It never jumps over one."""
        target = self._clock.now() + duration
        await self.drain()
        while (due := await self.next_due()) is not None and due <= target:
            self._clock.set(max(due, self._clock.now()))
            await self.drain()
        self._clock.set(target)

    async def next_due(self) -> datetime | None:
        """The instant of the next timer, if one is armed."""
        lanes = await job_store.list_lanes(self._conn)
        firsts = await ask_one(self._conn, job_store.first_due_after(lanes, list(self._kinds), self._clock.now()))
        return min((first.run_at for first in firsts), default=None)

    async def _claim_next(self) -> Claimed | None:
        lanes, kinds, now = await job_store.list_lanes(self._conn), list(self._kinds), self._clock.now()
        firsts = await ask_one(self._conn, job_store.first_claimable(lanes, kinds, now))
        if not firsts:
            return None
        first: First = min(firsts, key=lambda each: (each.run_at, each.prio, each.id))
        wanted = job_store.Wanted(first.lane, 1, *([first.run_at, first.id - 1] * 3))
        claimed = await ask_one(self._conn, job_store.claiming(self._lease.worker_id, [wanted], kinds, now))
        return claimed[0] if claimed else None

    async def _run(self, job: Claimed) -> None:
        kind = self._kinds[job.kind]
        held = Held(job, self._lease, self._db, kind.every)
        failure = await run_job(held, kind)
        if failure is None and not held.settled:
            async with held.finish():
                pass
        elif failure is not None:
            await settle_failed(held, kind, self._lease, failure)
            if self._raise_failures:
                raise failure


@asynccontextmanager
async def stepping(
    db: Database, clock: VirtualClock, kinds: Sequence[JobKind], *, raise_failures: bool = True
) -> AsyncIterator[Stepper]:
    async with await connect(db.conninfo) as conn:
        await prefer_index_order(conn)
        async with db.transaction() as tx:
            for kind in kinds:
                if kind.every is not None:
                    await arm_recurring(tx, kind.name, kind.lane)
        async with conn.transaction():
            worker_id = await worker_store.begin_life(conn, "test", 0, "test", A_DAY)
        lease = Lease(worker_id, A_DAY, deadline=time.monotonic() + A_DAY, pulse=0.0)
        yield Stepper(db, clock, conn, kinds, lease, raise_failures)
