"""Work that must happen, as rows: arm it, move it, call it off – always in the transaction that decides so.

Who claims and runs it is `worker.py`; the statements of claiming are in `job_store`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

import msgspec

from tocsin.kernel.db import Conn, as_jsonb


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

    def arm(self, lane: str, run_at: datetime) -> None: ...


async def enqueue(tx: Armed, *new: NewJob) -> None:
    """Arms jobs. With a key that is already waiting, the earlier of the two instants counts and the payload stays.

    With a key that is running this moment, it is run once more afterwards, at `run_at` with the new payload: it may
    have read the world before this transaction changed it.
    """
    if not new:
        return
    for job in new:
        tx.arm(job.lane, job.run_at)
    batch = _earliest_by_key(new)
    await tx.conn.execute(
        """
        insert into job (kind, payload, lane, run_at, prio, key)
        select kind, payload, lane, run_at, prio, key from jsonb_to_recordset(%s)
            as new(kind text, payload jsonb, lane text, run_at timestamptz, prio smallint, key text)
        on conflict (key) where key is not null do update set
            run_at = case when job.holder is null then least(job.run_at, excluded.run_at) else job.run_at end,
            rerun_at = case when job.holder is null then null else excluded.run_at end,
            payload = case when job.holder is null then job.payload else excluded.payload end
        """,
        (as_jsonb(batch),),
    )


def _earliest_by_key(new: Sequence[NewJob]) -> list[NewJob]:
    """One job a key, the earliest, ordered by key: two transactions that arm the same keys cannot deadlock."""
    unkeyed = [job for job in new if job.key is None]
    keyed: dict[str, NewJob] = {}
    for job in new:
        if job.key is not None and (job.key not in keyed or job.run_at < keyed[job.key].run_at):
            keyed[job.key] = job
    return unkeyed + [keyed[key] for key in sorted(keyed)]


async def cancel(tx: Armed, *, key: str) -> bool:
    """Calls a job off; False when none was waiting. One that is running keeps running and can no longer finish."""
    cursor = await tx.conn.execute("delete from job where key = %s", (key,))
    return cursor.rowcount > 0


async def reschedule(tx: Armed, *, key: str, run_at: datetime) -> bool:
    """Moves a waiting job to another instant, earlier or later; one that runs now is run again then."""
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


async def find_due(conn: Conn, key: str) -> datetime | None:
    """When the waiting job of this key runs; None when there is none, or when it runs this moment."""
    cursor = await conn.execute("select run_at from job where key = %s and holder is null", (key,), prepare=True)
    row = await cursor.fetchone()
    return None if row is None else row[0]
