"""Every statement about requests for cover."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn
from tocsin.oncall.change_model import Cover, CoverDraft, CoverState, Interval

_SELECT: LiteralString = """
    SELECT c.id, s.name AS schedule, s.time_zone, s.team, u.name AS user, c.starts_at, c.ends_at, c.reason, c.state,
           c.asked_by, c.asked_at, taker.name AS covered_by, c.ended_at
    FROM cover_request c
        JOIN schedule s ON s.id = c.schedule_id
        JOIN app_user u ON u.id = c.user_id
        LEFT JOIN app_user taker ON taker.id = c.covered_by_id
"""


async def list_cover(conn: Conn, states: Sequence[CoverState], since: datetime) -> list[Cover]:
    """Those of these states whose shift ends after an instant, by its beginning."""
    async with conn.cursor(row_factory=struct_row(Cover)) as cursor:
        await cursor.execute(
            _SELECT + "WHERE c.state = ANY(%b) AND c.ends_at > %s ORDER BY c.starts_at, c.id", (list(states), since)
        )
        return await cursor.fetchall()


async def find_cover(conn: Conn, cover_id: int) -> Cover | None:
    async with conn.cursor(row_factory=struct_row(Cover)) as cursor:
        await cursor.execute(_SELECT + "WHERE c.id = %s", (cover_id,))
        return await cursor.fetchone()


async def find_overlapping(conn: Conn, schedule_id: int, user: str, shift: Interval) -> int | None:
    """The id of an open request of the same person that touches the shift."""
    cursor = await conn.execute(
        """
        SELECT c.id FROM cover_request c JOIN app_user u ON u.id = c.user_id
        WHERE c.schedule_id = %s AND u.name = %s AND c.state = 'open' AND c.starts_at < %s AND c.ends_at > %s
        ORDER BY c.id LIMIT 1
        """,
        (schedule_id, user, shift.ends_at, shift.starts_at),
    )
    row = await cursor.fetchone()
    return None if row is None else row[0]


async def insert_cover(conn: Conn, schedule_id: int, draft: CoverDraft, shift: Interval, by: str, now: datetime) -> int:
    """Its id. The person exists."""
    cursor = await conn.execute(
        """
        INSERT INTO cover_request (schedule_id, user_id, starts_at, ends_at, reason, state, asked_by, asked_at)
        SELECT %(schedule)s, id, %(starts_at)s, %(ends_at)s, %(reason)s, 'open', %(by)s, %(now)s
        FROM app_user WHERE name = %(user)s
        RETURNING id
        """,
        {
            "schedule": schedule_id,
            "user": draft.user,
            "starts_at": shift.starts_at,
            "ends_at": shift.ends_at,
            "reason": draft.reason,
            "by": by,
            "now": now,
        },
    )
    row = await cursor.fetchone()
    assert row is not None  # people are never deleted, and this one was just read
    return row[0]


async def update_cover_ended(
    conn: Conn, cover_id: int, state: CoverState, covered_by: str | None, now: datetime
) -> None:
    await conn.execute(
        """
        UPDATE cover_request SET state = %s, covered_by_id = (SELECT id FROM app_user WHERE name = %s), ended_at = %s
        WHERE id = %s
        """,
        (state, covered_by, now, cover_id),
    )
