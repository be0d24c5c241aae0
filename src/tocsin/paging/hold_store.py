"""Statements of incidents that are held by maintenance."""

from collections.abc import Sequence

import msgspec

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn
from tocsin.paging.model import Hold


async def find_hold(conn: Conn, incident_id: int) -> Hold | None:
    async with conn.cursor(row_factory=struct_row(Hold)) as cursor:
        await cursor.execute("SELECT * FROM maintenance_hold WHERE incident_id = %s", (incident_id,))
        return await cursor.fetchone()


async def upsert_hold(conn: Conn, hold: Hold) -> None:
    """Held until another instant, or from now on; since when it is held stays."""
    await conn.execute(
        """
        INSERT INTO maintenance_hold (incident_id, held_at, until, reason)
        VALUES (%(incident_id)s, %(held_at)s, %(until)s, %(reason)s)
        ON CONFLICT (incident_id) DO UPDATE SET until = excluded.until, reason = excluded.reason
        """,
        msgspec.structs.asdict(hold),
    )


async def delete_hold(conn: Conn, incident_id: int) -> bool:
    """False: it was not held."""
    cursor = await conn.execute("DELETE FROM maintenance_hold WHERE incident_id = %s", (incident_id,))
    return cursor.rowcount == 1


async def list_incidents_to_look_at(conn: Conn, services: Sequence[str]) -> list[int]:
    """Open incidents that have one of these services and climb, or are held: by id."""
    cursor = await conn.execute(
        """
        SELECT i.id FROM incident i
        WHERE i.status IN ('triggered', 'acknowledged', 'investigating', 'identified', 'monitoring')
          AND EXISTS (SELECT FROM incident_service s WHERE s.incident_id = i.id AND s.service = ANY(%(services)b))
          AND (EXISTS (SELECT FROM maintenance_hold h WHERE h.incident_id = i.id)
               OR EXISTS (SELECT FROM escalation_run r WHERE r.incident_id = i.id
                          AND r.state IN ('running', 'exhausted')))
        ORDER BY i.id
        """,
        {"services": list(services)},
    )
    return [int(row[0]) for row in await cursor.fetchall()]
