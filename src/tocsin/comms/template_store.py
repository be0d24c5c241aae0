"""Every statement about the wordings of one's own."""

from datetime import datetime

import msgspec

from tocsin.comms.model import TemplateKind
from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn


class EditedRow(msgspec.Struct, frozen=True):
    """One row of `message_template`."""

    kind: TemplateKind
    subject: str
    body: str
    edited_by: str
    edited_at: datetime


async def list_edited(conn: Conn) -> list[EditedRow]:
    """What has a wording of its own; the others are as they ship."""
    async with conn.cursor(row_factory=struct_row(EditedRow)) as cursor:
        await cursor.execute("SELECT kind, subject, body, edited_by, edited_at FROM message_template ORDER BY kind")
        return await cursor.fetchall()


async def find_edited(conn: Conn, kind: TemplateKind) -> EditedRow | None:
    """None: it is as it ships."""
    async with conn.cursor(row_factory=struct_row(EditedRow)) as cursor:
        await cursor.execute(
            "SELECT kind, subject, body, edited_by, edited_at FROM message_template WHERE kind = %s", (kind,)
        )
        return await cursor.fetchone()


async def upsert_edited(conn: Conn, row: EditedRow) -> None:
    await conn.execute(
        """
        INSERT INTO message_template (kind, subject, body, edited_by, edited_at)
        VALUES (%(kind)s, %(subject)s, %(body)s, %(edited_by)s, %(edited_at)s)
        ON CONFLICT (kind) DO UPDATE SET
            subject = excluded.subject, body = excluded.body,
            edited_by = excluded.edited_by, edited_at = excluded.edited_at
        """,
        msgspec.structs.asdict(row),
    )


async def delete_edited(conn: Conn, kind: TemplateKind) -> bool:
    """False: it had none of its own."""
    cursor = await conn.execute("DELETE FROM message_template WHERE kind = %s", (kind,))
    return cursor.rowcount == 1
