"""Every statement about swaps."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn
from tocsin.oncall.change_model import Interval, Swap, SwapDraft, SwapState

_SELECT: LiteralString = """
    SELECT w.id, s.name AS schedule, s.time_zone, s.team, g.name AS giver, t.name AS taker, w.gives_from,
           w.gives_until, w.takes_from, w.takes_until, w.reason, w.state, w.proposed_by, w.proposed_at, w.expires_at,
           w.ended_by, w.ended_at
    FROM shift_swap w
        JOIN schedule s ON s.id = w.schedule_id
        JOIN app_user g ON g.id = w.giver_id
        JOIN app_user t ON t.id = w.taker_id
"""


async def list_swaps(conn: Conn, states: Sequence[SwapState], since: datetime) -> list[Swap]:
    """Those of these states whose given shift ends after an instant, the oldest first."""
    async with conn.cursor(row_factory=struct_row(Swap)) as cursor:
        await cursor.execute(
            _SELECT + "WHERE w.state = ANY(%b) AND w.gives_until > %s ORDER BY w.id", (list(states), since)
        )
        return await cursor.fetchall()


async def find_swap(conn: Conn, swap_id: int) -> Swap | None:
    async with conn.cursor(row_factory=struct_row(Swap)) as cursor:
        await cursor.execute(_SELECT + "WHERE w.id = %s", (swap_id,))
        return await cursor.fetchone()


async def insert_swap(
    conn: Conn,
    schedule_id: int,
    draft: SwapDraft,
    gives: Interval,
    takes: Interval | None,
    by: str,
    now: datetime,
    expires_at: datetime,
) -> int:
    """Its id. Both people exist."""
    cursor = await conn.execute(
        """
        INSERT INTO shift_swap (
            schedule_id, giver_id, taker_id, gives_from, gives_until, takes_from, takes_until, reason, state,
            proposed_by, proposed_at, expires_at)
        SELECT %(schedule)s, g.id, t.id, %(gives_from)s, %(gives_until)s, %(takes_from)s, %(takes_until)s, %(reason)s,
               'proposed', %(by)s, %(now)s, %(expires_at)s
        FROM app_user g, app_user t WHERE g.name = %(giver)s AND t.name = %(taker)s
        RETURNING id
        """,
        {
            "schedule": schedule_id,
            "giver": draft.giver,
            "taker": draft.taker,
            "gives_from": gives.starts_at,
            "gives_until": gives.ends_at,
            "takes_from": takes.starts_at if takes is not None else None,
            "takes_until": takes.ends_at if takes is not None else None,
            "reason": draft.reason,
            "by": by,
            "now": now,
            "expires_at": expires_at,
        },
    )
    row = await cursor.fetchone()
    assert row is not None  # people are never deleted, and these were just read
    return row[0]


async def update_swap_ended(conn: Conn, swap_id: int, state: SwapState, by: str, now: datetime) -> None:
    await conn.execute(
        "UPDATE shift_swap SET state = %s, ended_by = %s, ended_at = %s WHERE id = %s", (state, by, now, swap_id)
    )
