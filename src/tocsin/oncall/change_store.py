"""Every statement that changes one override, and the lock under which the shifts of a schedule change hands."""

from datetime import datetime

from tocsin.kernel.db import Conn
from tocsin.oncall.model import Override


async def lock_schedule(conn: Conn, name: str) -> int | None:
    """Its id; whoever else changes who is on call there waits until this transaction ends."""
    cursor = await conn.execute("SELECT id FROM schedule WHERE name = %s FOR NO KEY UPDATE", (name,))
    row = await cursor.fetchone()
    return None if row is None else row[0]


async def find_schedule_of(conn: Conn, override_id: int) -> str | None:
    """The name of the schedule that an override is in."""
    cursor = await conn.execute(
        "SELECT s.name FROM schedule_override o JOIN schedule s ON s.id = o.schedule_id WHERE o.id = %s",
        (override_id,),
    )
    row = await cursor.fetchone()
    return None if row is None else row[0]


async def insert_override(conn: Conn, schedule_id: int, override: Override, now: datetime) -> int:
    """Its id. The people that it names exist."""
    cursor = await conn.execute(
        """
        INSERT INTO schedule_override (
            schedule_id, user_id, starts_at, ends_at, created_by, created_at, part, layer, instead_of_id, reason,
            swap_id)
        SELECT %(schedule)s, u.id, %(starts_at)s, %(ends_at)s, %(by)s, %(now)s, %(part)s, %(layer)s,
               (SELECT id FROM app_user WHERE name = %(instead_of)s), %(reason)s, %(swap_id)s
        FROM app_user u WHERE u.name = %(user)s
        RETURNING id
        """,
        {
            "schedule": schedule_id,
            "user": override.user,
            "starts_at": override.starts_at,
            "ends_at": override.ends_at,
            "by": override.created_by,
            "now": now,
            "part": override.part,
            "layer": override.layer,
            "instead_of": override.instead_of,
            "reason": override.reason,
            "swap_id": override.swap_id,
        },
    )
    row = await cursor.fetchone()
    assert row is not None  # people are never deleted, and this one was just read
    return row[0]


async def update_override_end(conn: Conn, override_id: int, ends_at: datetime) -> None:
    await conn.execute("UPDATE schedule_override SET ends_at = %s WHERE id = %s", (ends_at, override_id))


async def delete_override(conn: Conn, override_id: int) -> None:
    await conn.execute("DELETE FROM schedule_override WHERE id = %s", (override_id,))
