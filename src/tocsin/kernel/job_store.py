"""Statements of claiming and settling jobs. Arming them is `jobs`, what becomes of a failed one `running`."""
# ruff: noqa: S608 - composed of literals only, which the type LiteralString proves

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, LiteralString

import msgspec
from psycopg.rows import class_row

from tocsin.kernel.db import Conn, as_jsonb
from tocsin.kernel.questions import Question
from tocsin.kernel.worker_store import ALIVE

# A job that was held at two deaths is suspected of causing them and is claimed alone; at three it is parked.
SUSPECT_AT: LiteralString = "2"
PARK_AT_CRASHES = 3

_FREE: LiteralString = f"(holder is null or holder <> all(array(select id from worker where {ALIVE})))"
_CRASHES_THEN: LiteralString = "crashes + (holder is not null)::int"

# A dead holder counts as a crash of the job, unless its death was somebody else's fault or nobody's.
_TAKE: LiteralString = """
    update job set holder = %(worker)s, attempts = attempts + 1,
        crashes = crashes + case when holder is null then 0 when coalesce(
            (select blame from worker where worker.id = job.holder), job.id) = job.id then 1 else 0 end
"""
_TAKEN: LiteralString = " returning id, lane, prio, run_at, kind, key, payload, attempts, crashes "


class Wanted(msgspec.Struct, frozen=True):
    """A lane with `free` places. The six marks say, for each priority, after which (run_at, id) to look: what lies
    before has been claimed already or is left to the sweep."""

    lane: str
    free: int
    at0: datetime
    id0: int
    at1: datetime
    id1: int
    at2: datetime
    id2: int


class Claimed(msgspec.Struct, frozen=True):
    id: int
    lane: str
    prio: int
    run_at: datetime
    kind: str
    key: str | None
    payload: dict[str, Any]
    attempts: int
    crashes: int


class First(msgspec.Struct, frozen=True):
    """Where the first job of a lane and priority stands."""

    lane: str
    prio: int
    run_at: datetime
    id: int


# Each lane is looked up by priority, each with an ordered index range of its own; a later priority is not even
# looked at when the earlier ones fill the places. `for update skip locked` and the update are one statement, and on
# an autocommit connection one transaction.
CLAIM: LiteralString = f"""
    {_TAKE}
    where id = any(array(
        select due.id from jsonb_to_recordset(%(wanted)s) as wanted(
            lane text, free int, at0 timestamptz, id0 bigint, at1 timestamptz, id1 bigint, at2 timestamptz, id2 bigint)
        cross join lateral (
            select found.id from (values (0::smallint, at0, id0), (1::smallint, at1, id1), (2::smallint, at2, id2))
                as mark(prio, at, id)
            cross join lateral (
                select job.id from job
                where job.lane = wanted.lane and job.prio = mark.prio and (job.run_at, job.id) > (mark.at, mark.id)
                  and job.run_at <= %(now)s and job.kind = any(%(kinds)s::text[])
                  and {_FREE} and {_CRASHES_THEN} < {SUSPECT_AT}
                order by job.run_at, job.id limit wanted.free for update skip locked
            ) as found
            limit wanted.free
        ) as due))
    {_TAKEN}
"""


@cache
def _array_of(kinds: tuple[str, ...]) -> str:
    """As PostgreSQL reads it: a worker names the same seventy kinds with each claim."""
    quoted = (kind.replace("\\", "\\\\").replace('"', '\\"') for kind in kinds)
    return "{" + ",".join(f'"{kind}"' for kind in quoted) + "}"


def claiming(worker: int, wanted: Sequence[Wanted], kinds: Sequence[str], now: datetime) -> Question[list[Claimed]]:
    """Takes what can start now, most urgent first within a lane; the order of the rows returned says nothing."""
    parameters = {"worker": worker, "wanted": as_jsonb(wanted), "kinds": _array_of(tuple(kinds)), "now": now}
    return Question(CLAIM, parameters, list, class_row(Claimed))


async def claim_suspect(conn: Conn, worker: int, kinds: Sequence[str], now: datetime) -> Claimed | None:
    """Takes one job that may have killed its workers and, with it, the blame for this worker's death."""
    async with conn.cursor(row_factory=class_row(Claimed)) as cursor:
        await cursor.execute(
            f"""
            with taken as (
                {_TAKE}
                where id = (
                    select job.id from job
                    where job.crashes >= 1 and {_CRASHES_THEN} >= {SUSPECT_AT} and job.run_at <= %(now)s
                      and job.kind = any(%(kinds)s::text[]) and {_FREE}
                    order by job.run_at, job.id limit 1 for update skip locked)
                {_TAKEN}
            ), blamed as (
                update worker set blame = taken.id from taken where worker.id = %(worker)s
            ) select * from taken
            """,
            {"worker": worker, "kinds": _array_of(tuple(kinds)), "now": now},
        )
        return await cursor.fetchone()


FIRST_DUE_AFTER: LiteralString = """
    select job.lane, job.prio, job.run_at, job.id
    from unnest(%(lanes)b::text[]) as lanes(lane)
    cross join (values (0::smallint), (1::smallint), (2::smallint)) as prios(prio)
    cross join lateral (
        select * from job
        where job.lane = lanes.lane and job.prio = prios.prio and job.run_at > %(now)s
          and job.kind = any(%(kinds)s::text[])
        order by job.run_at, job.id limit 1
    ) as job
"""


def first_due_after(lanes: Sequence[str], kinds: Sequence[str], now: datetime) -> Question[list[First]]:
    """For each lane and priority the next timer: what a sleeper waits for."""
    parameters = {"lanes": list(lanes), "kinds": _array_of(tuple(kinds)), "now": now}
    return Question(FIRST_DUE_AFTER, parameters, list, class_row(First))


FIRST_CLAIMABLE: LiteralString = f"""
    select job.lane, job.prio, job.run_at, job.id
    from unnest(%(lanes)b::text[]) as lanes(lane)
    cross join (values (0::smallint), (1::smallint), (2::smallint)) as prios(prio)
    cross join lateral (
        select * from job
        where job.lane = lanes.lane and job.prio = prios.prio and job.run_at <= %(now)s
          and job.kind = any(%(kinds)s::text[]) and {_FREE} and {_CRASHES_THEN} < {SUSPECT_AT}
        order by job.run_at, job.id limit 1
    ) as job
"""


def first_claimable(lanes: Sequence[str], kinds: Sequence[str], now: datetime) -> Question[list[First]]:
    """The sweep: for each lane and priority the first job that could be claimed, whatever the marks say."""
    parameters = {"lanes": list(lanes), "kinds": _array_of(tuple(kinds)), "now": now}
    return Question(FIRST_CLAIMABLE, parameters, list, class_row(First))


async def list_lanes(conn: Conn) -> list[str]:
    """Every lane in the table, by one index probe each."""
    cursor = await conn.execute(
        """
        with recursive lanes(lane) as (
            (select lane from job order by lane limit 1)
            union all
            select (select job.lane from job where job.lane > lanes.lane order by job.lane limit 1)
            from lanes where lanes.lane is not null
        ) select lane from lanes where lane is not null
        """
    )
    return [row[0] for row in await cursor.fetchall()]


async def delete_finished(conn: Conn, worker: int, ids: Sequence[int], attempts: Sequence[int]) -> int:
    """Removes finished jobs that this worker still holds; returns how many. Those armed again meanwhile stay."""
    cursor = await conn.execute(
        """
        delete from job using unnest(%b::bigint[], %b::int[]) as done(id, attempts)
        where job.id = done.id and job.attempts = done.attempts and job.holder = %s and job.rerun_at is null
        """,
        (list(ids), list(attempts), worker),
    )
    return cursor.rowcount


def removing(worker: int, job_id: int, attempts: int) -> Question[bool]:
    """The same of one, which needs no plan of its own each time, to be asked together with others."""
    statement: LiteralString = """
        delete from job where id = %s and attempts = %s and holder = %s and rerun_at is null returning id
    """
    return Question(statement, (job_id, attempts, worker), bool)


async def rearm_finished(
    conn: Conn, worker: int, ids: Sequence[int], attempts: Sequence[int]
) -> list[tuple[str, datetime]]:
    """Of the jobs `delete_finished` left, puts those back that were armed again while they ran: (lane, run_at)."""
    cursor = await conn.execute(
        """
        update job set run_at = rerun_at, payload = coalesce(rerun_payload, payload), rerun_at = null,
            rerun_payload = null, holder = null, attempts = 0, crashes = 0, trouble = null
        from unnest(%b::bigint[], %b::int[]) as done(id, attempts)
        where job.id = done.id and job.attempts = done.attempts and job.holder = %s and job.rerun_at is not null
        returning job.lane, job.run_at
        """,
        (list(ids), list(attempts), worker),
    )
    return [(row[0], row[1]) for row in await cursor.fetchall()]


async def put_back(
    conn: Conn, worker: int, job_id: int, attempts: int, *, run_at: datetime, trouble: str | None, counted: bool = True
) -> bool:
    """Lets go of a held job, due again at `run_at`; False: no longer ours. `counted` False: it did not run."""
    cursor = await conn.execute(
        """
        update job set run_at = least(%(run_at)s, rerun_at), holder = null, trouble = %(trouble)s,
            payload = coalesce(rerun_payload, payload), rerun_at = null, rerun_payload = null,
            attempts = attempts - %(uncount)s
        where id = %(id)s and attempts = %(attempts)s and holder = %(worker)s
        """,
        {
            "id": job_id,
            "attempts": attempts,
            "worker": worker,
            "run_at": run_at,
            "trouble": trouble,
            "uncount": 0 if counted else 1,
        },
    )
    return cursor.rowcount == 1


async def park(conn: Conn, worker: int, job_id: int, attempts: int, *, trouble: str, at: datetime) -> bool:
    """Moves a held job out of the way, its key free again; False when it is no longer ours. What was armed under its
    key while it ran is a new job."""
    cursor = await conn.execute(
        """
        with gone as (
            delete from job where id = %s and attempts = %s and holder = %s returning *
        ), armed_again as (
            insert into job (kind, payload, lane, run_at, prio, key)
            select kind, coalesce(rerun_payload, payload), lane, rerun_at, prio, key from gone
            where rerun_at is not null
        )
        insert into parked_job (id, lane, prio, run_at, kind, key, payload, attempts, crashes, trouble, parked_at)
        select id, lane, prio, run_at, kind, key, payload, attempts, crashes, %s, %s from gone
        """,
        (job_id, attempts, worker, trouble, at),
    )
    return cursor.rowcount == 1


OVERDUE_AFTER = {0: timedelta(minutes=2), 1: timedelta(minutes=15), 2: timedelta(hours=2)}
"""By priority: how late work of each may begin before something is wrong; a backlog of bulk work is no alarm."""


async def list_overdue(conn: Conn, now: datetime) -> list[tuple[str, int, datetime]]:
    """Jobs that nobody holds and that should have begun long ago: kind, how many, when the oldest was due."""
    cursor = await conn.execute(
        """
        select kind, count(*), min(run_at) from (
            select job.kind, job.run_at
            from unnest(%(lanes)b::text[]) as lanes(lane)
            cross join jsonb_to_recordset(%(limits)s) as late(prio smallint, before timestamptz)
            join job on job.lane = lanes.lane and job.prio = late.prio and job.run_at < late.before
            where job.holder is null
        ) as waiting group by kind order by kind
        """,
        {
            "lanes": await list_lanes(conn),
            "limits": as_jsonb([{"prio": prio, "before": now - late} for prio, late in OVERDUE_AFTER.items()]),
        },
    )
    return [(row[0], int(row[1]), row[2]) for row in await cursor.fetchall()]
