"""Every statement about the tables of this package."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.db.rows import struct_row
from tocsin.insights.versions import Version
from tocsin.kernel.db import Conn, as_jsonb


async def list_versions(conn: Conn, since: datetime, until: datetime) -> list[Version]:
    """What schedules said at some time within [since, until), by name and in the order in which they said it."""
    async with conn.cursor(row_factory=struct_row(Version)) as cursor:
        await cursor.execute(
            """
            SELECT schedule, since, definition FROM (
                SELECT *, lead(since) OVER (PARTITION BY schedule ORDER BY since, id) AS until FROM schedule_version
            ) AS version
            WHERE since < %(until)s AND (until IS NULL OR until > %(since)s) ORDER BY schedule, since, id
            """,
            {"since": since, "until": until},
        )
        return await cursor.fetchall()


async def list_latest_versions(conn: Conn) -> list[Version]:
    """The last one of each schedule, by name."""
    async with conn.cursor(row_factory=struct_row(Version)) as cursor:
        await cursor.execute(
            "SELECT DISTINCT ON (schedule) schedule, since, definition FROM schedule_version "
            "ORDER BY schedule, since DESC, id DESC"
        )
        return await cursor.fetchall()


async def lock_versions(conn: Conn) -> None:
    """One at a time adds versions, until the transaction ends; whoever reads is not held up."""
    await conn.execute("LOCK TABLE schedule_version IN SHARE ROW EXCLUSIVE MODE")


async def insert_versions(conn: Conn, versions: Sequence[Version]) -> None:
    await conn.execute(
        """
        INSERT INTO schedule_version (schedule, since, definition)
        SELECT schedule, since, nullif(definition, 'null')
        FROM jsonb_to_recordset(%s) AS new (schedule text, since timestamptz, definition jsonb)
        """,
        (as_jsonb(versions),),
    )


async def find_first_version(conn: Conn) -> datetime | None:
    """Since when schedules are recorded; None: none is yet."""
    cursor = await conn.execute("SELECT min(since) FROM schedule_version")
    row = await cursor.fetchone()
    return row[0] if row else None
