"""A claimed job in its handler's hands: what it is, how long it is surely ours, and the two ways to let go of it.

A handler that returns without `finish` or `retry` is finished for it, in a batch with others; one that raises is
tried again by its kind's `Retry`. Handlers are idempotent: after a crash they run again.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tocsin.kernel import job_store, tracing
from tocsin.kernel.errors import LeaseLost
from tocsin.kernel.lease import Lease
from tocsin.kernel.questions import ask_all
from tocsin.kernel.retry import Retry
from tocsin.kernel.tx import Transactions, Tx


class Held:
    """`attempts` counts this one. `payload` is what was armed, `trace` what it is part of (`kernel.tracing`)."""

    def __init__(self, job: job_store.Claimed, lease: Lease, db: Transactions, every: timedelta | None = None) -> None:
        self.id = job.id
        self.kind = job.kind
        self.lane = job.lane
        self.prio = job.prio
        self.key = job.key
        self.payload: dict[str, Any] = job.payload
        self.trace: str | None = job.payload.pop(tracing.HANDED_ON, None)
        self.attempts = job.attempts
        self.run_at = job.run_at
        self.db = db
        self.settled = False
        self.time_limit: asyncio.Timeout | None = None
        """Of its kind, while the handler runs."""
        self._lease = lease
        self._every = every

    def now(self) -> datetime:
        """Business time."""
        return self.db.clock.now()

    def remaining(self) -> float:
        """Seconds for which the job is surely ours."""
        return self._lease.remaining()

    async def life(self) -> int:
        """Whose it is: the worker's id, once no new life of the worker's is about to take its jobs along."""
        return await self._lease.settled_life()

    async def wait_for_lease(self, seconds: float) -> None:
        """Before a send: returns when the lease outlasts a time-out of `seconds`, else raises LeaseLost (REL-1)."""
        await self._lease.wait_for(seconds)

    @asynccontextmanager
    async def finish(self) -> AsyncGenerator[Tx]:
        """One transaction for the effects and the end of the job; LeaseLost undoes them when it is no longer ours.

        The fence is checked last, at the job's row: locks are taken in the order incident, page, job.
        """
        async with self.db.transaction() as tx:
            tx.finishing = self.key
            yield tx
            await self._end(tx)
        self.settled = True

    @asynccontextmanager
    async def retry(self, at: datetime, why: str) -> AsyncGenerator[Tx]:
        """The same, but the job comes back at `at`; `why` is kept with it."""
        async with self.db.transaction() as tx:
            yield tx
            await self.put_back(tx, at, why)
        self.settled = True

    async def put_back(self, tx: Tx, at: datetime, why: str | None, *, counted: bool = True) -> None:
        """The statement of `retry`, for a transaction of the caller's."""
        if not await job_store.put_back(
            tx.conn, self._lease.worker_id, self.id, self.attempts, run_at=at, trouble=why, counted=counted
        ):
            raise _lost(self)
        tx.arm(self.lane, at)

    async def _end(self, tx: Tx) -> None:
        if self._every is not None:
            await self.put_back(tx, next_round(self.run_at, self._every, tx.now), None)
            return
        worker = self._lease.worker_id
        removed, *_ = await ask_all(tx.conn, [job_store.removing(worker, self.id, self.attempts), *tx.take_rest()])
        if not removed:
            armed_again = await job_store.rearm_finished(tx.conn, worker, [self.id], [self.attempts])
            if not armed_again:
                raise _lost(self)
            for lane, run_at in armed_again:
                tx.arm(lane, run_at)


def _lost(held: Held) -> LeaseLost:
    return LeaseLost(f"Job {held.id} ({held.kind}) is no longer this worker's.", "Nothing of this attempt was written.")


def next_round(run_at: datetime, every: timedelta, now: datetime) -> datetime:
    """The first instant after `now` in the beat that `run_at` began: rounds that were missed are not made up for."""
    return run_at + every * (max((now - run_at) // every, 0) + 1)


@dataclass(frozen=True)
class JobKind:
    """What a worker knows how to run. A handler that takes longer than `timeout` is cancelled and tried again.

    `every`: runs by itself in this beat, armed by the workers at their start; it is never given up, only parked when
    it kills its workers.
    """

    name: str
    lane: str
    handler: Callable[[Held], Awaitable[None]]
    retry: Retry = field(default_factory=Retry)
    timeout: timedelta = timedelta(seconds=30)
    every: timedelta | None = None
