"""Every statement about who was told to rest."""

from datetime import date, datetime

from tocsin.kernel.db import Conn


async def insert_notice(conn: Conn, user_id: int, night: date, now: datetime) -> bool:
    """False: the person was told about that night already."""
    cursor = await conn.execute(
        "INSERT INTO rest_notice (user_id, night, told_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (user_id, night, now),
    )
    return cursor.rowcount == 1
