"""What a worker knows that it has sent, it does not send again while the job is its own (REL-2)."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import LiteralString

import psycopg

from tests.stores.engine import LONG, arm, begin_life, claim, job
from tests.support.patience import PATIENCE
from tocsin.db.database import Database
from tocsin.delivery.recording import put_back
from tocsin.kernel import worker_store
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.completions import Completions
from tocsin.kernel.hands import Hands
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.keeping import record_while_held
from tocsin.kernel.lanes import Lanes
from tocsin.kernel.lease import Lease
from tocsin.kernel.loops import end
from tocsin.worker import Worker


class Post:
    """A handler that sends, waits at the gate, then records. `refusals`: so often the database is away for a record."""

    def __init__(self, refusals: int = 0) -> None:
        self.sends = 0
        self.sent, self.gate = asyncio.Event(), asyncio.Event()
        self._refusals = refusals

    async def deliver(self, held: Held) -> None:
        self.sends += 1
        self.sent.set()
        await self.gate.wait()
        await record_while_held(held, partial(self._record, held))

    async def _record(self, held: Held) -> None:
        async with held.finish():
            self._refusals -= 1
            if self._refusals >= 0:
                raise psycopg.OperationalError("the database system is shutting down")

    def kind(self, timeout: float = PATIENCE) -> JobKind:
        return JobKind("kind", "mail", self.deliver, timeout=timedelta(seconds=timeout))


@asynccontextmanager
async def working(db: Database, kind: JobKind) -> AsyncGenerator[None]:
    worker = Worker(db, [kind], lease=timedelta(seconds=LONG))
    work = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        await asyncio.wait_for(work, PATIENCE)


async def rows(db: Database, statement: LiteralString) -> list[tuple[object, ...]]:
    async with db.connection() as conn:
        return await (await conn.execute(statement)).fetchall()


async def until(db: Database, statement: LiteralString, holds: Callable[[list[tuple[object, ...]]], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds(await rows(db, statement)):  # noqa: ASYNC110 - the condition is in the database
            await asyncio.sleep(0.02)


JOBS = "select attempts, holder is not null from job where kind = 'kind'"


async def forget_claim(db: Database) -> None:
    """As a crash of the server leaves it: claims do not wait for the disk."""
    async with db.connection() as conn:
        await conn.execute("update job set holder = null, attempts = attempts - 1 where kind = 'kind'")


async def test_a_claim_that_the_server_forgot_does_not_begin_it_again(db: Database, clock: VirtualClock) -> None:
    post = Post()
    async with working(db, post.kind()):
        await arm(db, job(clock.now()))
        await asyncio.wait_for(post.sent.wait(), PATIENCE)
        await forget_claim(db)
        await until(db, JOBS, lambda found: found == [(1, True)])
        await asyncio.sleep(0)
        post.gate.set()
        await until(db, JOBS, lambda found: not found)
    assert post.sends == 1


async def test_what_was_put_back_and_claimed_before_it_ended_is_run_again(db: Database, clock: VirtualClock) -> None:
    """Tries that do not count bear the same number: nobody would run what this worker holds."""
    runs, ending, gate = 0, asyncio.Event(), asyncio.Event()

    async def put_back_once(held: Held) -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            await put_back(held, held.now(), "its turn has not come")
            ending.set()
            await gate.wait()
        else:
            async with held.finish():
                pass

    kind = JobKind("kind", "mail", put_back_once)
    async with db.connection() as conn:
        lease = Lease(await begin_life(conn), LONG, deadline=LONG, pulse=0.0)
        lanes, completions = Lanes({"mail": 2}, 2), Completions(db.conninfo, lease)
        hands = Hands(db, {"kind": kind}, lanes, lease, completions, lambda: None)
        await arm(db, job(clock.now()))
        (claimed,) = await claim(conn, lease.worker_id, clock.now())
        hands.start(claimed)
        await asyncio.wait_for(ending.wait(), PATIENCE)
        (claimed_again,) = await claim(conn, lease.worker_id, clock.now())
        again = hands.start(claimed_again)
        gate.set()
        await asyncio.wait_for(again, PATIENCE)
    assert (claimed_again.attempts, runs, await rows(db, JOBS)) == (claimed.attempts, 2, [])


async def test_a_new_life_takes_along_what_was_sent(db: Database, clock: VirtualClock) -> None:
    post = Post()
    async with working(db, post.kind()):
        await arm(db, job(clock.now()))
        await asyncio.wait_for(post.sent.wait(), PATIENCE)
        (former,) = await rows(db, "select holder from job where kind = 'kind'")
        await rows(db, END_PRESENCE)
        await until(db, "select holder from job where kind = 'kind'", lambda found: found != [former])
        post.gate.set()
        await until(db, JOBS, lambda found: not found)
    assert post.sends == 1


async def test_what_a_lost_life_ran_does_not_come_to_its_send(db: Database, clock: VirtualClock) -> None:
    """The new life's lease would let it through, beside whoever has the job then."""
    runs, sends, begun, fell, gate = 0, 0, asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def deliver(held: Held) -> None:
        nonlocal runs, sends
        runs += 1
        begun.set()
        try:
            await gate.wait()
        except asyncio.CancelledError:
            fell.set()
            raise
        sends += 1

    async with working(db, JobKind("kind", "mail", deliver, timeout=timedelta(seconds=LONG))):
        await arm(db, job(clock.now()))
        await asyncio.wait_for(begun.wait(), PATIENCE)
        async with db.connection() as conn:
            await conn.execute("update worker set died_at = clock_timestamp()")
            await conn.execute(END_PRESENCE)
        await asyncio.wait_for(fell.wait(), PATIENCE)
        gate.set()
        await until(db, JOBS, lambda found: not found)
    assert (runs, sends) == (2, 1)


END_PRESENCE: LiteralString = (
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where application_name = 'tocsin worker' and datname = current_database()"
)


@asynccontextmanager
async def change_of_life(db: Database, lease: Lease, job_id: int) -> AsyncGenerator[None]:
    """What is begun inside is under way, at the job's row, when the new life takes the job along."""
    async with db.connection() as conn:
        new = await begin_life(conn)
        await conn.execute("begin")
        await conn.execute("select from job where id = %s for update", (job_id,))
        yield
        await until(db, WAITING, lambda found: len(found) == 1)
        with lease.changing():
            await worker_store.adopt_jobs(conn, lease.worker_id, new, [job_id])
            await conn.execute("commit")
            await until(db, WAITING, lambda found: not found)
            lease.worker_id = new


WAITING = "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"


async def test_a_refusal_that_was_meant_for_the_former_life_is_none(db: Database, clock: VirtualClock) -> None:
    post = Post()
    post.gate.set()
    async with db.connection() as conn:
        lease = Lease(await begin_life(conn), LONG, deadline=LONG, pulse=0.0)
        await arm(db, job(clock.now()))
        (claimed,) = await claim(conn, lease.worker_id, clock.now())
    async with change_of_life(db, lease, claimed.id):
        delivering = asyncio.create_task(post.deliver(Held(claimed, lease, db)))
    await asyncio.wait_for(delivering, PATIENCE)
    assert await rows(db, JOBS) == []


async def test_what_ended_while_a_new_life_began_is_removed_by_that(db: Database, clock: VirtualClock) -> None:
    async with db.connection() as conn:
        lease = Lease(await begin_life(conn), LONG, deadline=LONG, pulse=0.0)
        await arm(db, job(clock.now()))
        (claimed,) = await claim(conn, lease.worker_id, clock.now())
    completions = Completions(db.conninfo, lease)
    removing = asyncio.create_task(completions.run())
    async with change_of_life(db, lease, claimed.id):
        completions.add(Held(claimed, lease, db))
    await asyncio.wait_for(completions.wait_until_removed(), PATIENCE)
    await end(removing)
    assert await rows(db, JOBS) == []


async def test_a_record_that_cannot_be_written_for_long_is_kept_beyond_the_time_out(
    db: Database, clock: VirtualClock
) -> None:
    post = Post(refusals=4)  # each costs a pause that is as long as the time-out
    post.gate.set()
    async with working(db, post.kind(timeout=0.25)):
        await arm(db, job(clock.now()))
        await asyncio.wait_for(post.sent.wait(), PATIENCE)
        await until(db, JOBS, lambda found: not found)
    assert post.sends == 1
