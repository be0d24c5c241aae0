"""Who lives: a life that is over is not renewed, and takes nothing along into the next (REL-1)."""

import asyncio

import psycopg

from tests.stores.engine import LONG, begin_life
from tests.support.patience import PATIENCE
from tocsin.db.database import Database
from tocsin.kernel import worker_store
from tocsin.kernel.db import connect

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


async def test_a_free_lock_is_a_death_unless_the_server_has_just_started(db: Database) -> None:
    async with db.connection() as conn:
        judge = await begin_life(conn)
        async with await connect(db.conninfo) as short:
            gone = await begin_life(short)
            assert await worker_store.declare_dead(conn, judge, judge_by_lock=True, grace=0.0) == []
        assert await worker_store.declare_dead(conn, judge, judge_by_lock=False, grace=0.0) == []
        assert await worker_store.declare_dead(conn, judge, judge_by_lock=True, grace=AGES) == []
        async with asyncio.timeout(PATIENCE):  # the server frees the lock a moment after the connection is closed
            while not (dead := await worker_store.declare_dead(conn, judge, judge_by_lock=True, grace=0.0)):
                await conn.execute("select pg_sleep(0.02)")
        assert dead == [gone]
