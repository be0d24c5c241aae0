"""Claiming: what can start, in which order, and who may take whose (REL-1)."""

from tests.stores.engine import arm, begin_life, claim, job, minutes, wanted
from tocsin.db.database import Database
from tocsin.kernel import job_store, worker_store
from tocsin.kernel.absences import Absent
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.questions import ask_one


async def test_urgent_before_early_and_only_what_is_due(db: Database, clock: VirtualClock) -> None:
    now = clock.now()
    await arm(
        db,
        job(now - minutes(9), prio=2),
        job(now - minutes(5)),
        job(now - minutes(1), prio=0),
        job(now + minutes(1), prio=0),
        job(now - minutes(7)),
    )
    async with db.connection() as conn:
        worker = await begin_life(conn)
        taken = [
            (each.prio, (now - each.run_at) // minutes(1))
            for _ in range(5)
            for each in await claim(conn, worker, now, wanted(free=1))
        ]
    assert taken == [(0, 1), (1, 7), (1, 5), (2, 9)]


async def test_a_lane_gets_no_more_than_its_places_and_takes_none_of_another(db: Database, clock: VirtualClock) -> None:
    now = clock.now()
    await arm(
        db, *[job(now, lane=lane, prio=prio) for lane in ("mail", "hook") for prio in (0, 1, 2) for _ in range(3)]
    )
    async with db.connection() as conn:
        worker = await begin_life(conn)
        taken = await claim(conn, worker, now, wanted("mail", 5), wanted("hook", 1))
        assert sorted((each.lane, each.prio) for each in taken) == [("hook", 0)] + [("mail", 0)] * 3 + [("mail", 1)] * 2


async def test_kinds_of_another_version_are_left_alone(db: Database, clock: VirtualClock) -> None:
    await arm(db, job(clock.now(), kind="tomorrow's"), job(clock.now()))
    async with db.connection() as conn:
        worker = await begin_life(conn)
        assert [each.kind for each in await claim(conn, worker, clock.now())] == ["kind"]
        assert await ask_one(conn, job_store.first_claimable(["mail"], ["kind"], clock.now())) == []
        await conn.execute("update job set crashes = 2")
        assert await job_store.claim_suspect(conn, worker, ["kind"], clock.now()) is None


async def test_the_sweep_is_woken_by_nothing_that_cannot_be_claimed(db: Database, clock: VirtualClock) -> None:
    """What runs, and what is suspected of killing its workers, is behind the marks for as long as it is there."""
    await arm(db, job(clock.now()), job(clock.now(), lane="hook"))
    async with db.connection() as conn:
        await claim(conn, await begin_life(conn), clock.now())
        await conn.execute("update job set crashes = 2 where lane = 'hook'")
        assert await ask_one(conn, job_store.first_claimable(["mail", "hook"], ["kind"], clock.now())) == []


async def test_what_a_living_worker_holds_is_not_taken_and_attempts_are_counted_at_the_claim(
    db: Database, clock: VirtualClock
) -> None:
    await arm(db, job(clock.now()))
    async with db.connection() as conn:
        first, second = await begin_life(conn), await begin_life(conn)
        (mine,) = await claim(conn, first, clock.now())
        assert (mine.attempts, mine.crashes) == (1, 0)
        assert await claim(conn, second, clock.now()) == []
        assert await worker_store.list_absent(conn, second, judge_by_lock=False, grace=0) == []


async def test_an_expired_lease_gives_the_jobs_away_and_counts_a_crash(db: Database, clock: VirtualClock) -> None:
    await arm(db, job(clock.now()))
    async with db.connection() as conn:
        dead, heir = await begin_life(conn, -1.0), await begin_life(conn)
        (before,) = await claim(conn, dead, clock.now())
        (after,) = await claim(conn, heir, clock.now())
        assert (after.id, after.attempts, after.crashes) == (before.id, 2, 1)
        assert await worker_store.list_absent(conn, heir, judge_by_lock=False, grace=0) == [
            Absent(dead, lease_over=True)
        ]


async def test_a_worker_that_left_in_peace_is_blamed_for_nothing(db: Database, clock: VirtualClock) -> None:
    await arm(db, job(clock.now()))
    async with db.connection() as conn:
        gone, heir = await begin_life(conn), await begin_life(conn)
        await claim(conn, gone, clock.now())
        assert await worker_store.end_life(conn, gone)
        assert not await worker_store.end_life(conn, gone)
        (taken,) = await claim(conn, heir, clock.now())
        assert (taken.attempts, taken.crashes) == (2, 0)


async def test_a_job_that_saw_two_deaths_runs_alone_and_alone_is_blamed(db: Database, clock: VirtualClock) -> None:
    await arm(db, job(clock.now(), key="arsenic"), job(clock.now(), key="bystander"))
    async with db.connection() as conn:
        kinds, now = ["kind"], clock.now()
        for crashes in (0, 1):
            dying = await begin_life(conn, -1.0)
            assert [each.crashes for each in await claim(conn, dying, now)] == [crashes, crashes]
        alone = await begin_life(conn, -1.0)
        assert await claim(conn, alone, now) == []
        suspect = await job_store.claim_suspect(conn, alone, kinds, now)
        assert suspect is not None
        assert (suspect.key, suspect.crashes) == ("arsenic", 2)
        heir = await begin_life(conn)
        again = await job_store.claim_suspect(conn, heir, kinds, now)
        assert again is not None
        assert (again.key, again.crashes) == ("arsenic", job_store.PARK_AT_CRASHES)
        other = await job_store.claim_suspect(conn, heir, kinds, now)
        assert other is not None
        assert (other.key, other.crashes) == ("bystander", 2)
        assert await job_store.claim_suspect(conn, heir, kinds, now) is None


async def test_marks_hide_what_lies_before_them_and_the_sweep_finds_it(db: Database, clock: VirtualClock) -> None:
    now = clock.now()
    await arm(db, job(now - minutes(2)), job(now - minutes(1)), job(now - minutes(1)))
    async with db.connection() as conn:
        worker = await begin_life(conn)
        (last,) = await claim(conn, worker, now, wanted(after=now - minutes(1), after_id=2))
        assert last.id == 3
        (first,) = await ask_one(conn, job_store.first_claimable(["mail", "hook"], ["kind"], now))
        assert (first.lane, first.prio, first.run_at, first.id) == ("mail", 1, now - minutes(2), 1)


async def test_sleepers_learn_the_next_timer_of_each_lane(db: Database, clock: VirtualClock) -> None:
    now = clock.now()
    await arm(
        db,
        job(now),
        job(now + minutes(2), prio=0),
        job(now + minutes(1), lane="hook"),
        job(now + minutes(3), lane="hook"),
        job(now + minutes(1), lane="telex", kind="unknown"),
    )
    async with db.connection() as conn:
        lanes = await job_store.list_lanes(conn)
        assert lanes == ["hook", "mail", "telex"]
        firsts = await ask_one(conn, job_store.first_due_after(lanes, ["kind"], now))
        assert {(each.lane, each.run_at) for each in firsts} == {("hook", now + minutes(1)), ("mail", now + minutes(2))}


async def test_a_locked_row_is_passed_over(db: Database, clock: VirtualClock) -> None:
    await arm(db, job(clock.now(), key="locked"), job(clock.now(), key="free"))
    async with db.connection() as conn, db.transaction() as other:
        await other.conn.execute("select from job where key = 'locked' for update")
        assert [each.key for each in await claim(conn, await begin_life(conn), clock.now())] == ["free"]
