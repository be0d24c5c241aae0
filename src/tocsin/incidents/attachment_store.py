"""Every statement about the files of incidents: one function, one statement."""

from datetime import datetime

import msgspec

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """One file without its content; `size` in bytes."""

    id: int
    incident_id: int
    name: str
    media_type: str
    size: int
    added_by: str
    added_at: datetime


async def insert_attachment(
    conn: Conn, incident_id: int, name: str, media_type: str, content: bytes, by: str, now: datetime
) -> Attachment:
    async with conn.cursor(row_factory=struct_row(Attachment)) as cursor:
        await cursor.execute(
            """
            INSERT INTO attachment (incident_id, name, media_type, size, content, added_by, added_at)
            VALUES (%s, %s, %s, %s, %b, %s, %s)
            RETURNING id, incident_id, name, media_type, size, added_by, added_at
            """,
            (incident_id, name, media_type, len(content), content, by, now),
        )
        row = await cursor.fetchone()
    assert row is not None
    return row


async def list_attachments(conn: Conn, incident_id: int) -> list[Attachment]:
    """In the order in which they were added."""
    async with conn.cursor(row_factory=struct_row(Attachment)) as cursor:
        await cursor.execute(
            """
            SELECT id, incident_id, name, media_type, size, added_by, added_at FROM attachment
            WHERE incident_id = %s ORDER BY id
            """,
            (incident_id,),
        )
        return await cursor.fetchall()


async def find_content(conn: Conn, incident_id: int, attachment_id: int) -> bytes | None:
    cursor = await conn.execute(
        "SELECT content FROM attachment WHERE incident_id = %s AND id = %s", (incident_id, attachment_id), binary=True
    )
    row = await cursor.fetchone()
    return bytes(row[0]) if row else None


async def delete_attachment(conn: Conn, incident_id: int, attachment_id: int) -> None:
    """Only ever by a redaction (WAR-6)."""
    await conn.execute("DELETE FROM attachment WHERE incident_id = %s AND id = %s", (incident_id, attachment_id))
