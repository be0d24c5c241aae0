"""The hand-moved worker that stories stand on."""

from datetime import datetime, timedelta

import pytest

from tests.support.stepper import stepping
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.held import Held, JobKind
from tocsin.kernel.jobs import NewJob, cancel, enqueue
from tocsin.kernel.retry import Retry


class Record:
    def __init__(self) -> None:
        self.seen: list[tuple[str, datetime]] = []

    async def note(self, held: Held) -> None:
        self.seen.append((str(held.payload["name"]), held.now()))


def job(name: str, run_at: datetime, *, kind: str = "note", key: str | None = None, prio: int = 1) -> NewJob:
    return NewJob(kind=kind, payload={"name": name}, lane="lane", run_at=run_at, key=key, prio=prio)


async def test_time_passes_from_due_row_to_due_row(db: Database, clock: VirtualClock) -> None:
    record, start = Record(), clock.now()
    async with stepping(db, clock, [JobKind("note", "lane", record.note)]) as worker:
        async with db.transaction() as tx:
            await enqueue(
                tx,
                job("b", start + timedelta(minutes=3)),
                job("a", start + timedelta(minutes=1)),
                job("beyond", start + timedelta(minutes=6)),
            )
        await worker.passes(timedelta(minutes=5))
        assert record.seen == [("a", start + timedelta(minutes=1)), ("b", start + timedelta(minutes=3))]
        assert clock.now() == start + timedelta(minutes=5)
        assert await worker.next_due() == start + timedelta(minutes=6)


async def test_what_a_job_arms_for_now_runs_in_the_same_drain(db: Database, clock: VirtualClock) -> None:
    record = Record()

    async def first(held: Held) -> None:
        async with held.finish() as tx:
            await enqueue(tx, job("second", tx.now))

    kinds = [JobKind("note", "lane", record.note), JobKind("first", "lane", first)]
    async with stepping(db, clock, kinds) as worker:
        async with db.transaction() as tx:
            await enqueue(tx, job("first", tx.now, kind="first"))
        assert await worker.drain() == 2
    assert [name for name, _ in record.seen] == ["second"]


async def test_a_handler_re_arms_and_calls_off_its_own_key_while_it_finishes(db: Database, clock: VirtualClock) -> None:
    rounds: list[datetime] = []

    async def advance(held: Held) -> None:
        rounds.append(held.now())
        async with held.finish() as tx:
            await enqueue(tx, job("again", tx.now + timedelta(minutes=1), kind="advance", key="escalation:1"))
            if len(rounds) == 3:
                assert await cancel(tx, key="escalation:1")

    async with stepping(db, clock, [JobKind("advance", "lane", advance)]) as worker:
        async with db.transaction() as tx:
            await enqueue(tx, job("first", tx.now, kind="advance", key="escalation:1"))
        await worker.passes(timedelta(minutes=10))
        assert await worker.next_due() is None
    assert [later - rounds[0] for later in rounds] == [timedelta(minutes=n) for n in range(3)]


async def test_a_failing_handler_fails_the_test_and_is_tried_again(db: Database, clock: VirtualClock) -> None:
    async def fail(held: Held) -> None:
        raise ValueError(held.attempts)

    kinds = [JobKind("fail", "lane", fail, retry=Retry(attempts=3, first=timedelta(seconds=10), spread=0))]
    async with stepping(db, clock, kinds) as worker:
        async with db.transaction() as tx:
            await enqueue(tx, job("x", tx.now, kind="fail"))
        with pytest.raises(ValueError, match="1"):
            await worker.drain()
        with pytest.raises(ValueError, match="2"):
            await worker.passes(timedelta(seconds=10))


async def test_a_recurring_job_keeps_its_beat_and_does_not_make_up_for_missed_rounds(
    db: Database, clock: VirtualClock
) -> None:
    beats: list[datetime] = []

    async def beat(held: Held) -> None:
        beats.append(held.now())

    start = clock.now()
    async with stepping(db, clock, [JobKind("beat", "lane", beat, every=timedelta(minutes=1))]) as worker:
        await worker.passes(timedelta(minutes=2))
        clock.advance(timedelta(minutes=10, seconds=30))
        await worker.drain()
        await worker.passes(timedelta(minutes=1))
    assert [(at - start).total_seconds() / 60 for at in beats] == [0, 1, 2, 12.5, 13]
