"""Letting go of a job: only who holds it can, and what was armed meanwhile is not lost (REL-1)."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.stores.engine import LONG, arm, begin_life, claim, job, minutes
from tocsin.db.database import Database
from tocsin.kernel import job_store, worker_store
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import LeaseLost
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.jobs import NewJob, arm_recurring, cancel, enqueue_last, find_due, reschedule
from tocsin.kernel.lease import Lease
from tocsin.kernel.ledger import Event, list_entries
from tocsin.kernel.retry import Retry
from tocsin.kernel.running import JobParked, park, settle_failed
from tocsin.kernel.tx import Reaction, Tx


class Rang(Event, frozen=True):
    pass


@pytest.fixture
async def conn(db: Database) -> AsyncIterator[Conn]:
    async with db.connection() as connection:
        yield connection


async def hold(db: Database, conn: Conn) -> tuple[Held, Lease]:
    """The one job that is due, in a fresh worker's hands."""
    worker = await begin_life(conn)
    (claimed,) = await claim(conn, worker, db.clock.now())
    lease = Lease(worker, LONG, deadline=LONG, pulse=0.0)
    return Held(claimed, lease, db), lease


async def keys_left(conn: Conn) -> list[str]:
    return [row[0] for row in await (await conn.execute("select key from job order by key")).fetchall()]


async def test_effects_and_the_end_of_the_job_commit_together(db: Database, conn: Conn, clock: VirtualClock) -> None:
    await arm(db, job(clock.now(), key="k"))
    held, _ = await hold(db, conn)
    async with held.finish() as tx:
        await tx.emit(Rang(topic="bell", sentence="It rang."))
    assert held.settled
    assert await keys_left(conn) == []
    assert len(await list_entries(conn, "bell")) == 1


async def test_an_error_in_the_effects_leaves_the_job_and_no_trace(
    db: Database, conn: Conn, clock: VirtualClock
) -> None:
    await arm(db, job(clock.now(), key="k"))
    held, _ = await hold(db, conn)

    async def ring_and_fail() -> None:
        async with held.finish() as tx:
            await tx.emit(Rang(topic="bell", sentence="It rang."))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await ring_and_fail()
    assert not held.settled
    assert await keys_left(conn) == ["k"]
    assert await list_entries(conn, "bell") == []


async def test_the_fence_undoes_what_a_thawed_worker_wants(db: Database, conn: Conn, clock: VirtualClock) -> None:
    await arm(db, job(clock.now(), key="k"))
    held, lease = await hold(db, conn)
    await conn.execute("update worker set died_at = clock_timestamp() where id = %s", (lease.worker_id,))
    heir, _ = await hold(db, conn)
    for way in (held.finish(), held.retry(clock.now(), "no answer")):
        with pytest.raises(LeaseLost):
            async with way as tx:
                await tx.emit(Rang(topic="bell", sentence="It rang."))
    assert await job_store.delete_finished(conn, lease.worker_id, [held.id], [held.attempts]) == 0
    with pytest.raises(LeaseLost):
        await park(held, lease, "x")
    assert await list_entries(conn, "bell") == []
    async with heir.finish():
        pass
    assert await keys_left(conn) == []


async def test_the_same_worker_cannot_finish_an_earlier_attempt(db: Database, conn: Conn, clock: VirtualClock) -> None:
    await arm(db, job(clock.now(), key="k"))
    first, lease = await hold(db, conn)
    async with db.transaction() as tx:
        await first.put_back(tx, clock.now(), "took too long")
    (second,) = await claim(conn, lease.worker_id, clock.now())
    with pytest.raises(LeaseLost):
        async with first.finish():
            pass
    assert await job_store.delete_finished(conn, lease.worker_id, [first.id], [first.attempts]) == 0
    assert second.attempts == 2


async def test_the_fence_lets_in_who_holds_this_attempt(db: Database, conn: Conn, clock: VirtualClock) -> None:
    await arm(db, job(clock.now(), key="k"))
    held, lease = await hold(db, conn)
    stranger, mine = await begin_life(conn), lease.worker_id
    asked = [(mine, held.attempts), (mine, held.attempts + 1), (stranger, held.attempts)]
    let_in = [await worker_store.is_holder(conn, worker, held.id, attempts) for worker, attempts in asked]
    assert let_in == [True, False, False]


async def test_a_run_that_was_armed_meanwhile_is_freed_only_by_who_holds_this_attempt(
    db: Database, conn: Conn, clock: VirtualClock
) -> None:
    await arm(db, job(clock.now(), key="k"))
    held, lease = await hold(db, conn)
    await arm(db, job(clock.now(), key="k"))
    stranger = await begin_life(conn)
    for worker, attempts in ((stranger, held.attempts), (lease.worker_id, held.attempts - 1)):
        assert await job_store.rearm_finished(conn, worker, [held.id], [attempts]) == []
    assert await job_store.rearm_finished(conn, lease.worker_id, [held.id], [held.attempts]) == [("mail", clock.now())]


async def test_a_retry_comes_back_with_its_reason(db: Database, conn: Conn, clock: VirtualClock) -> None:
    await arm(db, job(clock.now(), key="k"))
    held, _ = await hold(db, conn)
    async with held.retry(clock.now() + minutes(1), "the mail server was busy"):
        pass
    row = await (await conn.execute("select run_at, trouble, holder, attempts from job")).fetchone()
    assert row == (clock.now() + minutes(1), "the mail server was busy", None, 1)


async def test_what_is_given_back_is_not_counted(db: Database, conn: Conn, clock: VirtualClock) -> None:
    await arm(db, job(clock.now()))
    held, _ = await hold(db, conn)
    async with db.transaction() as tx:
        await held.put_back(tx, held.run_at, "stopped", counted=False)
    again, _ = await hold(db, conn)
    assert again.attempts == 1


async def test_parked_jobs_free_their_key_and_say_so(db: Database, conn: Conn, clock: VirtualClock) -> None:
    await arm(db, job(clock.now(), key="k"))
    held, lease = await hold(db, conn)
    await park(held, lease, "its worker died 3 times")
    await arm(db, job(clock.now(), key="k"))
    assert await keys_left(conn) == ["k"]
    row = await (await conn.execute("select key, trouble, parked_at from parked_job")).fetchone()
    assert row == ("k", "its worker died 3 times", clock.now())
    (entry,) = await list_entries(conn, "jobs")
    assert entry.kind == "JobParked"
    assert "its worker died 3 times" in entry.sentence


async def test_what_was_armed_under_the_key_of_a_parked_job_is_kept(
    db: Database, conn: Conn, clock: VirtualClock
) -> None:
    await arm(db, job(clock.now(), key="k"))
    held, lease = await hold(db, conn)
    await arm(db, NewJob(kind="kind", payload={"news": 1}, lane="mail", run_at=clock.now() + minutes(1), key="k"))
    await park(held, lease, "it failed 8 times")
    cursor = await conn.execute("select key, payload, run_at, holder, attempts from job")
    assert await cursor.fetchall() == [("k", {"news": 1}, clock.now() + minutes(1), None, 0)]


async def test_a_job_that_cannot_be_parked_comes_back(db: Database, conn: Conn, clock: VirtualClock) -> None:
    async def fail(tx: Tx, event: JobParked) -> None:
        raise KeyError(event.job_id)

    db.reactions = {JobParked: Reaction((fail,))}
    await arm(db, job(clock.now(), key="k"))
    held, lease = await hold(db, conn)
    kind = JobKind("kind", "mail", fail_always, retry=Retry(attempts=1, longest=minutes(5)))
    await settle_failed(held, kind, lease, ValueError("no"))
    cursor = await conn.execute("select key, run_at, holder, trouble from job")
    assert await cursor.fetchall() == [("k", clock.now() + minutes(5), None, "ValueError: no")]


async def fail_always(held: Held) -> None:
    raise ValueError("no")


async def test_what_was_parked_is_not_armed_again_by_the_return_of_its_workers(
    db: Database, conn: Conn, clock: VirtualClock
) -> None:
    for _ in range(2):
        async with db.transaction() as tx:
            await arm_recurring(tx, "kind", "mail")
    assert await keys_left(conn) == ["every:kind"]
    held, lease = await hold(db, conn)
    await park(held, lease, "its worker died 3 times")
    async with db.transaction() as tx:
        await arm_recurring(tx, "kind", "mail")
    assert await keys_left(conn) == []


async def test_keys_are_armed_in_one_order_by_everybody(db: Database, conn: Conn, clock: VirtualClock) -> None:
    """Two transactions that arm the same keys would otherwise wait for each other."""
    await arm(db, *[job(clock.now(), key=key) for key in ("b", "c", "a")])
    rows = await (await conn.execute("select key from job order by id")).fetchall()
    assert rows == [("a",), ("b",), ("c",)]


async def test_a_waiting_key_is_brought_forward_never_back_and_keeps_the_newer_payload(
    db: Database, conn: Conn, clock: VirtualClock
) -> None:
    now = clock.now()
    for offset, payload in ((5, "first"), (9, "second"), (3, "third")):
        new = NewJob(kind="kind", payload={"is": payload}, lane="mail", run_at=now + minutes(offset), key="k")
        await arm(db, new)
    row = await (await conn.execute("select run_at, payload from job")).fetchone()
    assert row == (now + minutes(3), {"is": "third"})


async def test_one_batch_may_name_a_key_twice(db: Database, conn: Conn, clock: VirtualClock) -> None:
    now = clock.now()
    await arm(db, job(now + minutes(1), key="k"), job(now, key="k"), job(now), job(now))
    assert (await (await conn.execute("select count(*) from job")).fetchone()) == (3,)
    assert await find_due(conn, "k") == now


@pytest.mark.parametrize("batched", [True, False])
async def test_a_key_armed_while_it_runs_is_run_once_more(
    db: Database, conn: Conn, clock: VirtualClock, batched: bool
) -> None:
    now = clock.now()
    await arm(db, job(now, key="k"))
    held, lease = await hold(db, conn)
    for offset in (2, 1, 3):
        new = NewJob(kind="kind", payload={"minute": offset}, lane="mail", run_at=now + minutes(offset), key="k")
        await arm(db, new)
    if batched:
        fence = (conn, lease.worker_id, [held.id], [held.attempts])
        assert await job_store.delete_finished(*fence) == 0
        assert await job_store.rearm_finished(*fence) == [("mail", now + minutes(1))]
    else:
        async with held.finish():
            pass
    row = await (await conn.execute("select run_at, payload, attempts, holder from job")).fetchone()
    assert row == (now + minutes(1), {"minute": 3}, 0, None)


async def test_a_failed_run_whose_key_was_armed_meanwhile_runs_at_the_earlier_instant_with_the_newer_payload(
    db: Database, conn: Conn, clock: VirtualClock
) -> None:
    now = clock.now()
    await arm(db, job(now, key="k"))
    held, _ = await hold(db, conn)
    await arm(db, NewJob(kind="kind", payload={"news": 1}, lane="mail", run_at=now + minutes(1), key="k"))
    async with held.retry(now + timedelta(hours=1), "no answer"):
        pass
    row = await (await conn.execute("select run_at, payload from job")).fetchone()
    assert row == (now + minutes(1), {"news": 1})


async def test_who_takes_a_dead_workers_job_runs_it_as_it_was_before_what_was_armed_meanwhile(
    db: Database, conn: Conn, clock: VirtualClock
) -> None:
    now = clock.now()
    await arm(db, job(now, key="k"))
    _, lease = await hold(db, conn)
    await arm(db, NewJob(kind="kind", payload={"news": 1}, lane="mail", run_at=now - minutes(1), key="k"))
    await conn.execute("update worker set died_at = clock_timestamp() where id = %s", (lease.worker_id,))
    heir, _ = await hold(db, conn)
    assert (heir.run_at, heir.payload) == (now, {})
    async with heir.finish():
        pass
    again, _ = await hold(db, conn)
    assert (again.run_at, again.payload) == (now - minutes(1), {"news": 1})


async def test_a_job_called_off_while_it_runs_can_no_longer_finish(
    db: Database, conn: Conn, clock: VirtualClock
) -> None:
    await arm(db, job(clock.now(), key="k"))
    held, _ = await hold(db, conn)
    async with db.transaction() as tx:
        assert await cancel(tx, key="k")
        assert not await cancel(tx, key="k")
    with pytest.raises(LeaseLost):
        async with held.finish():
            pass


async def test_reschedule_moves_a_waiting_job_both_ways_and_a_running_one_afterwards(
    db: Database, conn: Conn, clock: VirtualClock
) -> None:
    now = clock.now()
    await arm(db, job(now + minutes(5), key="k"))
    for to in (now + minutes(9), now):
        async with db.transaction() as tx:
            assert await reschedule(tx, key="k", run_at=to)
            assert {**tx.armed, **tx.timers} == {"mail": to}
        assert await find_due(conn, "k") == to
    held, _ = await hold(db, conn)
    async with db.transaction() as tx:
        assert await reschedule(tx, key="k", run_at=now + minutes(2))
    assert await find_due(conn, "k") is None
    async with held.finish():
        pass
    assert await find_due(conn, "k") == now + minutes(2)


async def test_there_is_nothing_to_reschedule(db: Database) -> None:
    async with db.transaction() as tx:
        assert not await reschedule(tx, key="nobody's", run_at=tx.now)
        assert tx.armed == {}


async def test_what_is_armed_last_is_there_after_the_commit_and_not_before(
    db: Database, conn: Conn, clock: VirtualClock
) -> None:
    now = clock.now()
    async with db.transaction() as tx:
        enqueue_last(tx, job(now, key="a"), job(now + minutes(1), key="b"))
        assert tx.armed == {"mail": now}
        assert await find_due(tx.conn, "a") is None
    assert await find_due(conn, "a") == now
    assert await find_due(conn, "b") == now + minutes(1)


async def test_what_was_told_and_armed_for_the_end_goes_with_a_job_that_was_lost(
    db: Database, conn: Conn, clock: VirtualClock
) -> None:
    await arm(db, job(clock.now(), key="k"))
    held, _ = await hold(db, conn)
    await conn.execute("update job set holder = holder + 1")

    async def finish() -> None:
        async with held.finish() as tx:
            await tx.tell(Rang(topic="bell", sentence="It rang."))
            enqueue_last(tx, job(tx.now, key="a"))

    with pytest.raises(LeaseLost):
        await finish()
    assert not held.settled
    assert await keys_left(conn) == ["k"]
    assert await list_entries(conn, "bell") == []


async def test_what_is_armed_last_can_be_called_off_and_moved_before(
    db: Database, conn: Conn, clock: VirtualClock
) -> None:
    now = clock.now()
    async with db.transaction() as tx:
        enqueue_last(tx, job(now, key="a"), job(now, key="b"))
        assert await cancel(tx, key="a")
        assert await reschedule(tx, key="b", run_at=now + minutes(1))
    assert await find_due(conn, "a") is None
    assert await find_due(conn, "b") == now + minutes(1)


async def test_nothing_is_armed_last_by_what_was_undone(db: Database, conn: Conn, clock: VirtualClock) -> None:
    async def arm_and_fail() -> None:
        async with db.transaction() as tx:
            enqueue_last(tx, job(clock.now(), key="a"))
            raise LeaseLost("gone", "")

    with pytest.raises(LeaseLost):
        await arm_and_fail()
    assert await find_due(conn, "a") is None
