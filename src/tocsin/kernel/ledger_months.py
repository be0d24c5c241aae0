"""The ledger's partitions: made months ahead, and an alarm when one was missing. Until it is made, the default
partition takes the month's entries, so nothing is lost; making it moves them."""

import logging
from datetime import UTC, datetime

from psycopg import sql

from tocsin.kernel.db import Conn
from tocsin.kernel.ledger import Event
from tocsin.kernel.tx import Tx

MONTHS_AHEAD = 3

_log = logging.getLogger(__name__)


class LedgerMonthMissing(Event, frozen=True):
    """Entries were written to the default partition: the job that makes months ahead had not run."""

    month: str
    entries: int


async def make_months(tx: Tx) -> list[str]:
    """Makes this month, the next three, and each month that has entries in the default partition; returns their names.

    Takes a lock on the whole ledger for the moment. On the default partition alone it would not do: an entry that was
    already on its way there would be refused once the month has a partition of its own.
    """
    made = await list_months(tx.conn)
    strays = await count_strays(tx.conn)
    ahead = {_month(tx.now, offset) for offset in range(MONTHS_AHEAD + 1)}
    missing = sorted((ahead | strays.keys()) - made)
    if missing:
        # Whoever reads the ledger queues behind us while we wait for whoever writes it; rather give up and come back.
        await tx.conn.execute("set local lock_timeout = '1s'")
        await tx.conn.execute("lock table ledger in access exclusive mode")
    for month in missing:
        await _make_month(tx.conn, month)
    if made:
        for month, entries in sorted(strays.items()):
            await _raise_alarm(tx, month, entries)
    return missing


async def list_months(conn: Conn) -> set[str]:
    """The months that have a partition, as `2026_03`."""
    cursor = await conn.execute(
        """
        select substr(relname, 8) from pg_inherits join pg_class on pg_class.oid = inhrelid
        where inhparent = 'ledger'::regclass and relname <> 'ledger_default'
        """
    )
    return {row[0] for row in await cursor.fetchall()}


async def count_strays(conn: Conn) -> dict[str, int]:
    """Month → entries in the default partition."""
    cursor = await conn.execute(
        "select to_char(at at time zone 'UTC', 'YYYY_MM'), count(*) from ledger_default group by 1"
    )
    return {row[0]: row[1] for row in await cursor.fetchall()}


def _month(now: datetime, offset: int) -> str:
    years, month = divmod(now.astimezone(UTC).month - 1 + offset, 12)
    return f"{now.astimezone(UTC).year + years:04}_{month + 1:02}"


async def _make_month(conn: Conn, month: str) -> None:
    begins = datetime.strptime(month, "%Y_%m").replace(tzinfo=UTC)
    ends = datetime.strptime(_month(begins, 1), "%Y_%m").replace(tzinfo=UTC)
    name = sql.Identifier(f"ledger_{month}")
    bounds = {"name": name, "begins": sql.Literal(begins), "ends": sql.Literal(ends)}
    await conn.execute(sql.SQL("create table {name} (like ledger including defaults)").format(**bounds))
    await conn.execute(
        sql.SQL(
            "with moved as (delete from ledger_default where at >= {begins} and at < {ends} returning *)"
            " insert into {name} select * from moved"
        ).format(**bounds)
    )
    await conn.execute(
        sql.SQL("alter table ledger attach partition {name} for values from ({begins}) to ({ends})").format(**bounds)
    )


async def _raise_alarm(tx: Tx, month: str, entries: int) -> None:
    sentence = (
        f"The ledger had no partition for {month.replace('_', '-')}; {entries} entries waited in the default one"
        " and were moved. Find out why the job kernel.make_ledger_months had not run."
    )
    _log.error("%s", sentence)
    await tx.emit(LedgerMonthMissing(topic="engine", sentence=sentence, month=month, entries=entries))
