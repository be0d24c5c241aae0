"""Every statement about what people ticked on checklists."""

from datetime import datetime

from tocsin.kernel.db import Conn
from tocsin.room.composing import TickedBy


async def list_ticks(conn: Conn, incident_id: int) -> dict[str, TickedBy]:
    """By the key of the item."""
    cursor = await conn.execute(
        "SELECT item, ticked_by, ticked_at FROM checklist_tick WHERE incident_id = %s", (incident_id,)
    )
    return {item: TickedBy(by, at) for item, by, at in await cursor.fetchall()}


async def insert_tick(conn: Conn, incident_id: int, item: str, by: str, now: datetime) -> None:
    await conn.execute(
        "INSERT INTO checklist_tick (incident_id, item, ticked_by, ticked_at) VALUES (%s, %s, %s, %s)",
        (incident_id, item, by, now),
    )


async def delete_tick(conn: Conn, incident_id: int, item: str) -> None:
    await conn.execute("DELETE FROM checklist_tick WHERE incident_id = %s AND item = %s", (incident_id, item))
