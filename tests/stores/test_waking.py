"""Work that another process armed wakes a sleeping worker: it is not left to the poll floor (REL-1)."""

import asyncio
from datetime import timedelta

import pytest

from tests.stores.engine import arm, job
from tests.support.patience import PATIENCE
from tocsin.db.database import Database
from tocsin.kernel import absences
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.held import Held, JobKind
from tocsin.worker import Worker


async def test_a_sleeper_in_another_process_is_woken(
    db: Database, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(absences, "POLL_FLOOR", timedelta(hours=1))
    ran = asyncio.Semaphore(0)

    async def run(held: Held) -> None:
        async with held.finish():
            ran.release()

    async with Database(db.conninfo, clock=clock) as elsewhere:  # whose waker knows nothing of what `db` arms
        worker = Worker(elsewhere, [JobKind("kind", "mail", run)])
        working = asyncio.create_task(worker.run())
        for _ in range(5):
            await arm(db, job(clock.now()))
            await asyncio.wait_for(ran.acquire(), PATIENCE)
        worker.stop()
        await asyncio.wait_for(working, PATIENCE)
