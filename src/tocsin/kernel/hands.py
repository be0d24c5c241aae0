"""The jobs that run in this process at this moment, each a task, and how they leave: by themselves, given back, or
let fall when the lease is gone."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta

from tocsin.kernel.completions import Completions
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
        self._running: dict[asyncio.Task[None], int] = {}

    def held_ids(self) -> list[int]:
        """Everything that is ours until the database has heard otherwise."""
        return [*self._running.values(), *self._completions.ids()]

    def hold(self, job: Claimed) -> Held:
        return Held(job, self._lease, self._db, self._kinds[job.kind].every)

    def start(self, job: Claimed) -> asyncio.Task[None]:
        """Runs a claimed job whose place in its lane is already counted."""
        task = asyncio.create_task(self._run(self.hold(job)))
        self._running[task] = job.id
        task.add_done_callback(self._forget)
        return task

    async def _run(self, held: Held) -> None:
        kind = self._kinds[held.kind]
        try:
            failure = await run_job(held, kind)
            if failure is not None:
                await settle_failed(held, kind, self._lease, failure)
            elif not held.settled:
                self._completions.add(held)
        finally:
            self._lanes[held.lane].busy -= 1
            self._on_place_free()

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._running.pop(task, None)

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
