"""Statements about workers: who lives, who holds a lease, who has died. All instants here are lease time."""

from collections.abc import Sequence
from typing import LiteralString

import psycopg
from psycopg.rows import class_row

from tocsin.kernel.absences import Absent
from tocsin.kernel.db import Conn

# Names our advisory locks among those of the same database; the second half is the worker's id.
_LOCK_CLASS = 0x70C5

# Others wait a little beyond the lease: a renewal may be committing while they look.
ALIVE: LiteralString = "died_at is null and lease_until > clock_timestamp() - interval '0.5 seconds'"


async def begin_life(conn: Conn, host: str, pid: int, version: str, lease: float) -> int:
    """Registers a worker and takes its advisory lock on this connection, in a transaction: both are seen at once."""
    cursor = await conn.execute(
        """
        with new as (
            insert into worker (host, pid, version, began_at, lease_until)
            values (%(host)s, %(pid)s, %(version)s, clock_timestamp(),
                    clock_timestamp() + make_interval(secs => %(lease)s))
            returning id
        ) select id, pg_advisory_lock(%(class)s, id) from new
        """,
        {"host": host, "pid": pid, "version": version, "lease": lease, "class": _LOCK_CLASS},
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])


def renew(conn: psycopg.Connection, worker_id: int, lease: float) -> bool:
    """False: declared dead, or too late. Synchronous, for the renewing thread."""
    cursor = conn.execute(
        """
        update worker set lease_until = clock_timestamp() + make_interval(secs => %s)
        where id = %s and died_at is null and lease_until > clock_timestamp()
        """,
        (lease, worker_id),
    )
    return cursor.rowcount == 1


async def end_life(conn: Conn, worker_id: int) -> bool:
    """Declares a worker dead in peace (nothing it still holds is blamed); False when it was dead already."""
    cursor = await conn.execute(
        """
        update worker set died_at = clock_timestamp(), blame = 0
        where id = %s and died_at is null and lease_until > clock_timestamp()
        """,
        (worker_id,),
    )
    return cursor.rowcount == 1


async def adopt_jobs(conn: Conn, old: int, new: int, job_ids: Sequence[int]) -> None:
    """Hands the jobs that still run in this process from its former life to its new one."""
    await conn.execute(
        "update job set holder = %s where holder = %s and id = any(%b)",
        (new, old, list(job_ids)),
    )


async def is_holder(conn: Conn, worker_id: int, job_id: int, attempts: int) -> bool:
    """Whether the fence would let this worker end this attempt of the job."""
    cursor = await conn.execute(
        "select from job where id = %s and holder = %s and attempts = %s", (job_id, worker_id, attempts)
    )
    return cursor.rowcount == 1


async def blame_only(conn: Conn, worker_id: int, job_id: int | None) -> None:
    """Should this worker die now, only that job is at fault; None: whatever it holds."""
    await conn.execute("update worker set blame = %s where id = %s", (job_id, worker_id))


async def list_absent(conn: Conn, by: int, *, judge_by_lock: bool, grace: float) -> list[Absent]:
    """Workers that nobody has declared dead whose lease is over or, unless all locks fell together in the last `grace`
    seconds with a restart of the server, whose advisory lock is free."""
    async with conn.cursor(row_factory=class_row(Absent)) as cursor:
        await cursor.execute(
            """
            select id, lease_over from (
                select id, lease_until < clock_timestamp() - interval '0.5 seconds' as lease_over,
                    %(judge_by_lock)s
                    and clock_timestamp() > pg_postmaster_start_time() + make_interval(secs => %(grace)s)
                    and id not in (
                        select objid::bigint from pg_locks
                        where locktype = 'advisory' and classid = %(class)s and objsubid = 2
                          and database = (select oid from pg_database where datname = current_database())) as lock_free
                from worker where died_at is null and id <> %(by)s
            ) as other where lease_over or lock_free
            """,
            {"by": by, "judge_by_lock": judge_by_lock, "grace": grace, "class": _LOCK_CLASS},
        )
        return await cursor.fetchall()


async def declare_dead(conn: Conn, ids: Sequence[int]) -> None:
    """Ends their lives: whatever they hold is free for others."""
    await conn.execute("update worker set died_at = clock_timestamp() where id = any(%b)", (list(ids),))


async def delete_long_dead(conn: Conn, days: int) -> None:
    """Forgets workers that died `days` ago and hold nothing."""
    await conn.execute(
        """
        delete from worker where died_at < clock_timestamp() - make_interval(days => %s)
          and not exists (select from job where job.holder = worker.id)
        """,
        (days,),
    )


async def count_orphaned(conn: Conn) -> dict[str, int]:
    """Kind → jobs held by workers which have been dead for a minute: others should have taken them long ago."""
    cursor = await conn.execute(
        """
        select job.kind, count(*) from job left join worker on worker.id = job.holder
        where job.holder is not null and (worker.id is null or coalesce(worker.died_at, worker.lease_until)
            < clock_timestamp() - interval '1 minute')
        group by job.kind
        """
    )
    return {row[0]: int(row[1]) for row in await cursor.fetchall()}


async def count_alive(conn: Conn) -> int:
    """Workers with a lease that still runs: of a machine that was switched off none is counted, though nobody has
    declared them dead."""
    cursor = await conn.execute(f"select count(*) from worker where {ALIVE}")  # noqa: S608 - of literals only
    row = await cursor.fetchone()
    assert row is not None  # an aggregate gives one row
    return int(row[0])
