"""Jobs that were given up: list them, give them another chance, or let them go – by a person's word only."""

from datetime import datetime
from typing import Any

import msgspec
from psycopg.rows import class_row

from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound
from tocsin.kernel.jobs import NewJob, enqueue
from tocsin.kernel.tx import Tx


class ParkedJob(msgspec.Struct, frozen=True, kw_only=True):
    """`run_at`: when it was due; `trouble`: its last failure, in a line."""

    id: int
    kind: str
    lane: str
    prio: int
    key: str | None
    payload: dict[str, Any]
    run_at: datetime
    attempts: int
    trouble: str
    parked_at: datetime


async def list_parked(conn: Conn, *, limit: int = 200) -> list[ParkedJob]:
    """The latest first."""
    async with conn.cursor(row_factory=class_row(ParkedJob)) as cursor:
        await cursor.execute(
            """
            select id, kind, lane, prio, key, payload, run_at, attempts, trouble, parked_at from parked_job
            order by parked_at desc, id desc limit %s
            """,
            (limit,),
        )
        return await cursor.fetchall()


async def retry_parked(tx: Tx, job_id: int) -> ParkedJob:
    """Due now, as if it had never run. Where its key is in use again, that job stays and this one is let go. Raises
    NotFound."""
    parked = await drop_parked(tx, job_id)
    await enqueue(
        tx,
        NewJob(
            kind=parked.kind,
            payload=parked.payload,
            lane=parked.lane,
            run_at=tx.now,
            prio=parked.prio,
            key=parked.key,
        ),
    )
    return parked


async def drop_parked(tx: Tx, job_id: int) -> ParkedJob:
    """It is never done. Raises NotFound."""
    async with tx.conn.cursor(row_factory=class_row(ParkedJob)) as cursor:
        await cursor.execute(
            """
            delete from parked_job where id = %s
            returning id, kind, lane, prio, key, payload, run_at, attempts, trouble, parked_at
            """,
            (job_id,),
        )
        parked = await cursor.fetchone()
    if parked is None:
        raise NotFound(f"There is no parked job {job_id}.", "List them with: tocsin admin jobs list", field="id")
    return parked
