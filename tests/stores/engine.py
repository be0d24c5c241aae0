"""A worker's hands without a worker: registers lives, claims and arms, for tests of single statements."""

from datetime import UTC, datetime, timedelta

from tocsin.db.database import Database
from tocsin.kernel import job_store, worker_store
from tocsin.kernel.db import Conn
from tocsin.kernel.job_store import Claimed, Wanted
from tocsin.kernel.jobs import NewJob, enqueue
from tocsin.kernel.questions import ask_one

BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
LONG = 3600.0


def job(run_at: datetime, *, kind: str = "kind", lane: str = "mail", prio: int = 1, key: str | None = None) -> NewJob:
    return NewJob(kind=kind, payload={}, lane=lane, run_at=run_at, prio=prio, key=key)


async def arm(db: Database, *new: NewJob) -> None:
    async with db.transaction() as tx:
        await enqueue(tx, *new)


async def begin_life(conn: Conn, lease: float = LONG) -> int:
    async with conn.transaction():
        return await worker_store.begin_life(conn, "here", 1, "1", lease)


def wanted(lane: str = "mail", free: int = 100, after: datetime = BEGINNING, after_id: int = 0) -> Wanted:
    return Wanted(lane, free, after, after_id, after, after_id, after, after_id)


async def claim(
    conn: Conn, worker: int, now: datetime, *lanes: Wanted, kinds: tuple[str, ...] = ("kind",)
) -> list[Claimed]:
    """In the order of their ids."""
    claimed = await ask_one(conn, job_store.claiming(worker, lanes or [wanted()], kinds, now))
    return sorted(claimed, key=lambda each: each.id)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)
