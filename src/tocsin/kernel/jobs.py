"""Work that must happen, as rows: arm it, move it, call it off – always in the transaction that decides so.

Who claims and runs it is `worker.py`; the statements of claiming are in `job_store`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString, Protocol

import msgspec

from tocsin.kernel import tracing
from tocsin.kernel.db import Conn, as_jsonb
from tocsin.kernel.questions import Question, ask_one, nothing


class NewJob(msgspec.Struct, frozen=True, kw_only=True):
    """`lane` is the bulkhead it runs in (a channel or a purpose); `prio` 0 urgent, 1 normal, 2 bulk.

    `key` is unique among unfinished jobs: `ev:<event id>:<kind>`, or a domain key such as `escalation:17`.
    """

    kind: str
    payload: dict[str, Any]
    lane: str
    run_at: datetime
    prio: int = 1
    key: str | None = None


class Armed(Protocol):
    """The part of a transaction (`tx.Tx`) that arming needs."""

    @property
    def conn(self) -> Conn: ...

    @property
    def now(self) -> datetime: ...

    @property
    def finishing(self) -> str | None: ...

    @property
    def last_jobs(self) -> list["NewJob"]: ...

    def arm(self, lane: str, run_at: datetime) -> None: ...


def enqueue_last(tx: Armed, *new: NewJob) -> None:
    """The same at the end of the transaction, in one statement with others of its kind: for timers and sends, which
    nothing that follows has to find. What is called off or moved meanwhile is armed just before."""
    for job in new:
        tx.arm(job.lane, job.run_at)
    tx.last_jobs.extend(new)


def arming_of_rest(tx: Armed) -> Question[None]:
    """What was left for the end; whoever commits asks for it."""
    rest = tx.last_jobs[:]
    tx.last_jobs.clear()
    return arming(tx, *rest)


async def _arm_before_looking(tx: Armed, key: str) -> None:
    if any(job.key == key for job in tx.last_jobs):
        await ask_one(tx.conn, arming_of_rest(tx))


async def enqueue(tx: Armed, *new: NewJob) -> None:
    """Arms jobs. With a key that is waiting already, the earlier of the two instants and the newer payload count.

    With a key that is running this moment, it is run once more afterwards, at `run_at` with the new payload: it may
    have read the world before this transaction changed it. So a handler may arm its own job again while it finishes.
    """
    if new:
        await ask_one(tx.conn, arming(tx, *new))


def arming(tx: Armed, *new: NewJob) -> Question[None]:
    """The statement of `enqueue`, to be asked together with others."""
    for job in new:
        tx.arm(job.lane, job.run_at)
    batch = [msgspec.structs.replace(job, payload=tracing.handed_on(job.payload)) for job in _earliest_by_key(new)]
    return Question(_ARM, (as_jsonb(batch),), nothing)


_ARM: LiteralString = """
    insert into job (kind, payload, lane, run_at, prio, key)
    select kind, payload, lane, run_at, prio, key from jsonb_to_recordset(%s)
        as new(kind text, payload jsonb, lane text, run_at timestamptz, prio smallint, key text)
    on conflict (key) where key is not null do update set
        run_at = case when job.holder is null then least(job.run_at, excluded.run_at) else job.run_at end,
        payload = case when job.holder is null then excluded.payload else job.payload end,
        rerun_at = case when job.holder is not null then least(job.rerun_at, excluded.run_at) end,
        rerun_payload = case when job.holder is not null then excluded.payload end
"""


def _earliest_by_key(new: Sequence[NewJob]) -> list[NewJob]:
    """One job a key – the earliest instant, the last payload –, ordered: two transactions that arm the same keys do
    not deadlock."""
    unkeyed = [job for job in new if job.key is None]
    keyed: dict[str, NewJob] = {}
    for job in new:
        if job.key is not None:
            before = keyed.get(job.key, job)
            keyed[job.key] = msgspec.structs.replace(job, run_at=min(job.run_at, before.run_at))
    return unkeyed + [keyed[key] for key in sorted(keyed)]


async def cancel(tx: Armed, *, key: str) -> bool:
    """Calls a job off; False when there was none. One that runs elsewhere keeps running and can no longer finish;
    the one that this transaction finishes is only not armed again."""
    await _arm_before_looking(tx, key)
    if key == tx.finishing:
        await tx.conn.execute("update job set rerun_at = null, rerun_payload = null where key = %s", (key,))
        return True
    cursor = await tx.conn.execute("delete from job where key = %s", (key,))
    return cursor.rowcount > 0


async def reschedule(tx: Armed, *, key: str, run_at: datetime) -> bool:
    """Moves a waiting job to another instant, earlier or later; one that runs now is run again then."""
    await _arm_before_looking(tx, key)
    cursor = await tx.conn.execute(
        """
        update job set
            run_at = case when holder is null then %(run_at)s else run_at end,
            rerun_at = case when holder is null then null else %(run_at)s end
        where key = %(key)s returning lane
        """,
        {"key": key, "run_at": run_at},
    )
    row = await cursor.fetchone()
    if row is None:
        return False
    tx.arm(row[0], run_at)
    return True


_ABSORB_OLDEST: LiteralString = """
delete from job where id = any(array(
    select id from job
    where lane = %(lane)s and prio = %(prio)s and run_at <= %(now)s and kind = %(kind)s
      and holder is null and attempts = 0 and key is null
    order by run_at, id limit %(limit)s for update skip locked))
returning id, payload
"""
_ABSORB_NEWEST: LiteralString = """
delete from job where id = any(array(
    select id from job
    where lane = %(lane)s and prio = %(prio)s and run_at <= %(now)s and kind = %(kind)s
      and holder is null and attempts = 0 and key is null
    order by run_at desc, id desc limit %(limit)s for update skip locked))
returning id, payload
"""


async def absorb(
    tx: Armed, *, kind: str, lane: str, prio: int, now: datetime, limit: int, newest: bool = False
) -> list[dict[str, Any]]:
    """Takes waiting jobs of a kind into this transaction and returns their payloads, oldest first: they are done with
    it, or wait on when it fails. What has been tried before, or has a key, runs by itself. When more than `limit` wait
    the oldest are taken, or the newest.
    """
    cursor = await tx.conn.execute(
        _ABSORB_NEWEST if newest else _ABSORB_OLDEST,
        {"kind": kind, "lane": lane, "prio": prio, "now": now, "limit": limit},
        prepare=True,
    )
    return [payload for _, payload in sorted(await cursor.fetchall(), key=lambda row: row[0])]


async def find_due(conn: Conn, key: str) -> datetime | None:
    """When the waiting job of this key runs; None when there is none, or when it runs this moment."""
    return await ask_one(conn, due_of(key))


def due_of(key: str) -> Question[datetime | None]:
    """The same, to be asked together with others."""
    statement: LiteralString = "select run_at from job where key = %s and holder is null"
    return Question(statement, (key,), lambda rows: rows[0][0] if rows else None)


async def is_unfinished(conn: Conn, key: str) -> bool:
    """Whether a job of this key waits or runs; one that was given up does neither."""
    cursor = await conn.execute("select exists (select from job where key = %s)", (key,))
    row = await cursor.fetchone()
    return row is not None and bool(row[0])


async def arm_recurring(tx: Armed, kind: str, lane: str) -> None:
    """Arms the one job of a kind that runs by itself, unless it is there already – or was parked: what killed its
    workers is not started again by their return."""
    cursor = await tx.conn.execute(
        """
        insert into job (kind, payload, lane, run_at, prio, key)
        select %(kind)s, '{}', %(lane)s, %(now)s, 1, 'every:' || %(kind)s
        where not exists (select from parked_job where kind = %(kind)s)
        on conflict (key) where key is not null do nothing
        """,
        {"kind": kind, "lane": lane, "now": tx.now},
    )
    if cursor.rowcount:
        tx.arm(lane, tx.now)
