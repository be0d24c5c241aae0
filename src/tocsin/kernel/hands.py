"""The jobs that run in this process at this moment, each a task, and how they leave: by themselves, given back, or
let fall when the lease is gone."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

from tocsin.kernel import worker_store
from tocsin.kernel.completions import Completions
from tocsin.kernel.errors import LeaseLost
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.job_store import Claimed
from tocsin.kernel.lanes import Lanes
from tocsin.kernel.lease import Lease
from tocsin.kernel.running import run_job, settle_failed
from tocsin.kernel.tx import Transactions


class Hands:
    def __init__(
        self,
        db: Transactions,
        kinds: Mapping[str, JobKind],
        lanes: Lanes,
        lease: Lease,
        completions: Completions,
        on_place_free: Callable[[], None],
    ) -> None:
        self._db = db
        self._kinds = kinds
        self._lanes = lanes
        self._lease = lease
        self._completions = completions
        self._on_place_free = on_place_free
        self._running: dict[asyncio.Task[None], Held] = {}
        self._latest: dict[tuple[int, int], asyncio.Task[None]] = {}
        """Job and attempt → the latest that runs under this fence."""

    def held_ids(self) -> list[int]:
        """Everything that is ours until the database has heard otherwise."""
        return [*(held.id for held in self._running.values()), *self._completions.ids()]

    def hold(self, job: Claimed) -> Held:
        return Held(job, self._lease, self._db, self._kinds[job.kind].every)

    def start(self, job: Claimed) -> asyncio.Task[None]:
        """Runs a claimed job whose place in its lane is already counted.

        What runs here already, in the same attempt, may be a job of which the server forgot in a crash that we had
        claimed it. What runs goes on under the new claim; to begin it beside would send its message once more.
        """
        held = self.hold(job)
        fence = held.id, held.attempts
        task = asyncio.create_task(self._run(held, self._latest.get(fence)))
        self._running[task] = held
        self._latest[fence] = task
        task.add_done_callback(self._forget)
        return task

    async def _run(self, held: Held, same: asyncio.Task[None] | None) -> None:
        kind = self._kinds[held.kind]
        try:
            if same is not None:
                await asyncio.wait([same])
                kind = replace(kind, handler=partial(_run_if_held, kind.handler))
            await self._run_alone(held, kind)
        finally:
            self._lanes[held.lane].busy -= 1
            self._on_place_free()

    async def _run_alone(self, held: Held, kind: JobKind) -> None:
        failure = await run_job(held, kind)
        if failure is not None:
            await settle_failed(held, kind, self._lease, failure)
        elif not held.settled:
            self._completions.add(held)

    def _forget(self, task: asyncio.Task[None]) -> None:
        held = self._running.pop(task)
        fence = held.id, held.attempts
        if self._latest.get(fence) is task:
            del self._latest[fence]

    def let_fall(self) -> None:
        """The lease is gone: whatever still runs can change nothing any more, so it is cancelled."""
        for task in self._running:
            task.cancel()

    async def wind_down(self, patience: timedelta) -> None:
        """Lets running jobs end for a while, then gives the others back, uncounted."""
        if self._running:
            await asyncio.wait(list(self._running), timeout=patience.total_seconds())
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(list(self._running), timeout=patience.total_seconds())
        with suppress(TimeoutError):
            await asyncio.wait_for(self._completions.wait_until_removed(), patience.total_seconds())


async def _run_if_held(handler: Callable[[Held], Awaitable[None]], held: Held) -> None:
    """After the same job has ended here: either that has settled it under this claim, or the claim was made because
    it had been put back, or had been refused, before."""
    async with held.db.connection() as conn:
        if not await worker_store.is_holder(conn, await held.life(), held.id, held.attempts):
            raise LeaseLost(f"Job {held.id} ({held.kind}) has ended meanwhile.", "Nothing is left to do.")
    await handler(held)
