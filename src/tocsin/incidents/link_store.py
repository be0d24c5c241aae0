"""Every statement about links between incidents."""

from datetime import datetime

import msgspec

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn


class LinkRow(msgspec.Struct, frozen=True):
    """A link as one of its ends sees it: what the other is to it."""

    other_id: int
    relation: str


async def insert_link(conn: Conn, incident_id: int, other_id: int, kind: str, by: str, at: datetime) -> None:
    await conn.execute(
        "INSERT INTO incident_link (incident_id, other_id, kind, by, at) VALUES (%s, %s, %s, %s, %s)",
        (incident_id, other_id, kind, by, at),
    )


async def delete_link(conn: Conn, incident_id: int, other_id: int) -> bool:
    """Whichever end said so; False: nobody had."""
    cursor = await conn.execute(
        """
        DELETE FROM incident_link
        WHERE (incident_id, other_id) IN ((%(one)s, %(two)s), (%(two)s, %(one)s))
        """,
        {"one": incident_id, "two": other_id},
    )
    return cursor.rowcount > 0


async def list_links(conn: Conn, incident_id: int) -> list[LinkRow]:
    async with conn.cursor(row_factory=struct_row(LinkRow)) as cursor:
        await cursor.execute(
            """
            SELECT other_id, kind AS relation FROM incident_link WHERE incident_id = %(id)s
            UNION ALL
            SELECT incident_id, CASE kind WHEN 'cause' THEN 'effect' ELSE kind END FROM incident_link
            WHERE other_id = %(id)s
            """,
            {"id": incident_id},
        )
        return await cursor.fetchall()
