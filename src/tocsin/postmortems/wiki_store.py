"""Every statement about copies of postmortems in a wiki."""

from __future__ import annotations

from datetime import datetime

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn
from tocsin.postmortems.wiki_model import WikiCopy, Written


async def find_copy(conn: Conn, postmortem_id: int) -> WikiCopy | None:
    async with conn.cursor(row_factory=struct_row(WikiCopy)) as cursor:
        await cursor.execute("SELECT * FROM wiki_copy WHERE postmortem_id = %s", (postmortem_id,))
        return await cursor.fetchone()


async def upsert_wanted(conn: Conn, postmortem_id: int, by: str, at: datetime, *, overwrites: bool) -> None:
    """It is asked for; who asked before and may overwrite is not undone by somebody who asks without."""
    await conn.execute(
        """
        INSERT INTO wiki_copy (postmortem_id, state, asked_by, asked_at, overwrites, trouble)
        VALUES (%(id)s, 'waiting', %(by)s, %(at)s, %(overwrites)s, '')
        ON CONFLICT (postmortem_id) DO UPDATE SET
            state = 'waiting', asked_by = excluded.asked_by, asked_at = excluded.asked_at, trouble = '',
            again_at = NULL,
            overwrites = excluded.overwrites OR (wiki_copy.state = 'waiting' AND wiki_copy.overwrites)
        """,
        {"id": postmortem_id, "by": by, "at": at, "overwrites": overwrites},
    )


async def update_written(conn: Conn, postmortem_id: int, asked_at: datetime, written: Written) -> None:
    """The page is there; whoever has asked again since `asked_at` waits for theirs."""
    await conn.execute(
        """
        UPDATE wiki_copy SET state = CASE WHEN asked_at = %(asked_at)s THEN 'there' ELSE 'waiting' END,
            overwrites = overwrites AND asked_at <> %(asked_at)s, trouble = '', again_at = NULL, place = %(place)s,
            page_id = %(page_id)s, page_version = %(page_version)s, url = %(url)s, version = %(version)s,
            written_at = %(at)s
        WHERE postmortem_id = %(id)s
        """,
        {**written._asdict(), "id": postmortem_id, "asked_at": asked_at},
    )


async def update_trouble(
    conn: Conn, postmortem_id: int, asked_at: datetime, trouble: str, again_at: datetime | None
) -> None:
    """What was asked for at `asked_at` is not there; None: it is not tried again. What we wrote before still holds."""
    await conn.execute(
        """
        UPDATE wiki_copy SET trouble = %(trouble)s, again_at = %(again_at)s,
            state = CASE WHEN %(again_at)s::timestamptz IS NULL THEN 'failed' ELSE 'waiting' END,
            overwrites = overwrites AND %(again_at)s::timestamptz IS NOT NULL
        WHERE postmortem_id = %(id)s AND asked_at = %(asked_at)s
        """,
        {"id": postmortem_id, "asked_at": asked_at, "trouble": trouble, "again_at": again_at},
    )
