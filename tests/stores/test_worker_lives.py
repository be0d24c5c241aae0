"""Who lives: a life that is over is not renewed, and takes nothing along into the next (REL-1)."""

import asyncio

import psycopg

from tests.stores.engine import LONG, arm, begin_life, claim, job, wanted
from tests.support import postgres
from tests.support.patience import PATIENCE
from tocsin.db.database import Database
from tocsin.kernel import worker_store
from tocsin.kernel.absences import Absences, Absent
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.db import Conn, connect
from tocsin.kernel.sweep import bury

LONG_AGO = "update worker set lease_until = clock_timestamp() - interval '1 second' where id = %s"
DEAD = "update worker set died_at = clock_timestamp() where id = %s"
AGES = 10.0**9


async def test_only_a_life_that_lasts_is_renewed_and_followed_by_another(db: Database) -> None:
    async with db.connection() as conn:
        alive, late, dead = [await begin_life(conn) for _ in range(3)]
        await conn.execute(LONG_AGO, (late,))
        await conn.execute(DEAD, (dead,))
        with psycopg.connect(db.conninfo, autocommit=True) as keeper:
            assert [worker_store.renew(keeper, each, LONG) for each in (alive, late, dead)] == [True, False, False]
        assert [await worker_store.end_life(conn, each) for each in (alive, late, dead)] == [True, False, False]


async def test_a_new_life_takes_along_what_runs_of_its_own_former_one(db: Database, clock: VirtualClock) -> None:
    """What the former life had claimed without hearing of it is free for anyone."""
    for key in ("runs", "unheard", "another's"):
        await arm(db, job(clock.now(), key=key))
    async with db.connection() as conn:
        former, new, other = [await begin_life(conn) for _ in range(3)]
        (runs, _), (others,) = [
            await claim(conn, each, clock.now(), wanted(free=free)) for each, free in ((former, 2), (other, 1))
        ]
        await worker_store.adopt_jobs(conn, former, new, [runs.id, others.id])
        cursor = await conn.execute("select key, holder from job order by id")
        assert await cursor.fetchall() == [("runs", new), ("unheard", former), ("another's", other)]


async def test_a_free_lock_is_an_absence_unless_the_server_has_just_started(db: Database) -> None:
    async with db.connection() as conn:
        judge = await begin_life(conn)
        async with await connect(db.conninfo) as short:
            gone = await begin_life(short)
            assert await worker_store.list_absent(conn, judge, judge_by_lock=True, grace=0.0) == []
        assert await worker_store.list_absent(conn, judge, judge_by_lock=False, grace=0.0) == []
        assert await worker_store.list_absent(conn, judge, judge_by_lock=True, grace=AGES) == []
        assert await wait_for_absence(conn, judge) == [Absent(gone, lease_over=False)]
        own = await worker_store.list_absent(conn, gone, judge_by_lock=True, grace=0.0)
        assert own == [], "whose own session broke takes what it runs along into a new life"


async def test_the_long_dead_are_forgotten_unless_they_hold_something(db: Database, clock: VirtualClock) -> None:
    """What was their fault is told by their rows."""
    await arm(db, job(clock.now()))
    async with db.connection() as conn:
        holding, _, dead_since_today, alive = [await begin_life(conn) for _ in range(4)]
        await claim(conn, holding, clock.now())
        await conn.execute(
            "update worker set died_at = clock_timestamp() - make_interval(days => 8) where id < %s",
            (dead_since_today,),
        )
        await conn.execute(DEAD, (dead_since_today,))
        await worker_store.delete_long_dead(conn, 7)
        left = await (await conn.execute("select id from worker order by id")).fetchall()
    assert left == [(holding,), (dead_since_today,), (alive,)]


async def test_the_lock_of_another_installation_on_the_same_server_is_nobodys_here(
    db: Database, postgres_server: postgres.Server
) -> None:
    elsewhere = postgres_server.clone()
    async with db.connection() as conn, await connect(elsewhere) as stranger:
        judge = await begin_life(conn)
        async with await connect(db.conninfo) as short:
            gone = await begin_life(short)
            while await begin_life(stranger) < gone:
                pass
        assert await wait_for_absence(conn, judge) == [Absent(gone, lease_over=False)]
    postgres_server.drop(elsewhere)


async def wait_for_absence(conn: Conn, judge: int) -> list[Absent]:
    """The server frees a lock a moment after its connection is closed."""
    async with asyncio.timeout(PATIENCE):
        while not (absent := await worker_store.list_absent(conn, judge, judge_by_lock=True, grace=0.0)):
            await conn.execute("select pg_sleep(0.02)")
    return absent


async def test_the_work_of_whoever_is_absent_is_taken_after_a_second_look(db: Database, clock: VirtualClock) -> None:
    """REL-2: a server that dies frees the lock of one worker while another still lives, for some milliseconds."""
    await arm(db, job(clock.now()))
    async with db.connection() as conn:
        judge, absences = await begin_life(conn), Absences()
        async with await connect(db.conninfo) as short:
            await claim(conn, await begin_life(short), clock.now())
        await wait_for_absence(conn, judge)
        assert not await bury(conn, judge, absences, judge_by_lock=True, grace=0.0)
        assert await claim(conn, judge, clock.now()) == []
        async with asyncio.timeout(PATIENCE):
            while not await bury(conn, judge, absences, judge_by_lock=True, grace=0.0):
                await conn.execute("select pg_sleep(0.02)")
        assert len(await claim(conn, judge, clock.now())) == 1
