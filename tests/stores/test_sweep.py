"""The sweep outlives whatever reacts to what it finds."""

import asyncio

import pytest

from tests.stores.engine import arm, job
from tests.support.patience import PATIENCE
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.running import JobParked
from tocsin.kernel.sweep import PARK_AGAIN_AFTER
from tocsin.kernel.tx import Reaction, Tx
from tocsin.worker import Worker


async def test_a_job_that_cannot_be_parked_is_put_back_and_holds_up_no_other(
    db: Database, clock: VirtualClock, caplog: pytest.LogCaptureFixture
) -> None:
    ran, refused = asyncio.Event(), asyncio.Event()

    async def refuse(tx: Tx, event: JobParked) -> None:
        refused.set()
        raise KeyError(event.job_id)

    async def run(held: Held) -> None:
        ran.set()

    db.reactions = {JobParked: Reaction((refuse,))}
    await arm(db, job(clock.now(), key="arsenic"))
    async with db.connection() as conn:
        await conn.execute("update job set crashes = 3")
    worker = Worker(db, [JobKind("kind", "mail", run)])
    working = asyncio.create_task(worker.run())
    await asyncio.wait_for(refused.wait(), PATIENCE)
    await arm(db, job(clock.now(), key="bread"))
    await asyncio.wait_for(ran.wait(), PATIENCE)
    worker.stop()
    await asyncio.wait_for(working, PATIENCE)
    async with db.connection() as conn:
        cursor = await conn.execute("select key, run_at, holder, trouble from job where key = 'arsenic'")
        assert await cursor.fetchall() == [
            ("arsenic", clock.now() + PARK_AGAIN_AFTER, None, "its worker died 3 times while it ran")
        ]
    assert "cannot be parked" in caplog.text
