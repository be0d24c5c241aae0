"""Every statement about leave."""

from datetime import datetime
from typing import LiteralString

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn
from tocsin.oncall.change_model import Leave, LeaveDraft

_SELECT: LiteralString = """
    SELECT l.id, u.name AS user, l.starts_at, l.ends_at, l.reason, l.source, l.entered_by
    FROM leave l JOIN app_user u ON u.id = l.user_id
"""


async def list_leave(conn: Conn, since: datetime, until: datetime) -> list[Leave]:
    """What touches [since, until), by its beginning."""
    async with conn.cursor(row_factory=struct_row(Leave)) as cursor:
        await cursor.execute(
            _SELECT + "WHERE l.ends_at > %s AND l.starts_at < %s ORDER BY l.starts_at, l.id", (since, until)
        )
        return await cursor.fetchall()


async def lock_leave(conn: Conn, leave_id: int) -> Leave | None:
    """One, to change it."""
    async with conn.cursor(row_factory=struct_row(Leave)) as cursor:
        await cursor.execute(_SELECT + "WHERE l.id = %s FOR UPDATE OF l", (leave_id,))
        return await cursor.fetchone()


async def insert_leave(conn: Conn, draft: LeaveDraft, source: str, by: str, now: datetime) -> int:
    """Its id. The person exists."""
    cursor = await conn.execute(
        """
        INSERT INTO leave (user_id, starts_at, ends_at, reason, source, entered_by, entered_at)
        SELECT id, %(starts_at)s, %(ends_at)s, %(reason)s, %(source)s, %(by)s, %(now)s
        FROM app_user WHERE name = %(user)s
        RETURNING id
        """,
        {
            "user": draft.user,
            "starts_at": draft.starts_at,
            "ends_at": draft.ends_at,
            "reason": draft.reason,
            "source": source,
            "by": by,
            "now": now,
        },
    )
    row = await cursor.fetchone()
    assert row is not None  # people are never deleted, and this one was just read
    return row[0]


async def update_leave_end(conn: Conn, leave_id: int, ends_at: datetime) -> None:
    await conn.execute("UPDATE leave SET ends_at = %s WHERE id = %s", (ends_at, leave_id))


async def delete_leave(conn: Conn, leave_id: int) -> None:
    await conn.execute("DELETE FROM leave WHERE id = %s", (leave_id,))
