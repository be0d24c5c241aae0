"""Every statement about what was found to be wrong with the work on an incident."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.db.rows import struct_row
from tocsin.incidents.model import Finding
from tocsin.kernel.db import Conn


async def insert_finding(
    conn: Conn, incident_id: int, rule: str, occurrence: str, text: str, remedy: str, now: datetime
) -> bool:
    """False: this occurrence was found before."""
    cursor = await conn.execute(
        """
        INSERT INTO incident_finding (incident_id, rule, occurrence, text, remedy, raised_at)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (incident_id, rule, occurrence) DO NOTHING
        """,
        (incident_id, rule, occurrence, text, remedy, now),
    )
    return cursor.rowcount > 0


async def update_settled(conn: Conn, finding_ids: Sequence[int], now: datetime) -> None:
    await conn.execute(
        "UPDATE incident_finding SET settled_at = %s WHERE id = ANY(%b) AND settled_at IS NULL",
        (now, list(finding_ids)),
    )


async def list_findings(conn: Conn, incident_id: int) -> list[Finding]:
    """Settled ones too, oldest first."""
    async with conn.cursor(row_factory=struct_row(Finding)) as cursor:
        await cursor.execute("SELECT * FROM incident_finding WHERE incident_id = %s ORDER BY id", (incident_id,))
        return await cursor.fetchall()


async def list_open(conn: Conn, incident_ids: Sequence[int]) -> list[Finding]:
    """What still holds of these incidents, oldest first."""
    async with conn.cursor(row_factory=struct_row(Finding)) as cursor:
        await cursor.execute(
            "SELECT * FROM incident_finding WHERE incident_id = ANY(%b) AND settled_at IS NULL ORDER BY id",
            (list(incident_ids),),
        )
        return await cursor.fetchall()
