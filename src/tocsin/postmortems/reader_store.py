"""Every statement about who has read which postmortem."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn
from tocsin.postmortems.model import Reader, Unread


async def upsert_reader(conn: Conn, postmortem_id: int, user_id: int, version: int, now: datetime) -> None:
    await conn.execute(
        """
        INSERT INTO postmortem_reader (postmortem_id, user_id, version, read_at) VALUES (%s, %s, %s, %s)
        ON CONFLICT (postmortem_id, user_id) DO UPDATE SET version = excluded.version, read_at = excluded.read_at
        """,
        (postmortem_id, user_id, version, now),
    )


async def list_readers(conn: Conn, postmortem_id: int) -> list[Reader]:
    """In the order in which they have read it."""
    async with conn.cursor(row_factory=struct_row(Reader)) as cursor:
        await cursor.execute(
            """
            SELECT u.name, r.version, r.read_at FROM postmortem_reader r JOIN app_user u ON u.id = r.user_id
            WHERE r.postmortem_id = %s ORDER BY r.read_at, u.name
            """,
            (postmortem_id,),
        )
        return await cursor.fetchall()


async def list_unread(
    conn: Conn, user_id: int, scopes: Sequence[int], services: Sequence[str], since: datetime
) -> list[Unread]:
    """Published since then about one of these services, the newest first, without what the person was owner of."""
    async with conn.cursor(row_factory=struct_row(Unread)) as cursor:
        await cursor.execute(
            """
            SELECT i.number, i.title FROM postmortem p JOIN incident i ON i.id = p.incident_id
            WHERE p.published_at >= %(since)s AND i.scope_id = ANY(%(scopes)b) AND NOT i.is_drill
                AND p.owner_id IS DISTINCT FROM %(user)s
                AND EXISTS (
                    SELECT FROM incident_service s WHERE s.incident_id = i.id AND s.service = ANY(%(services)b)
                )
                AND NOT EXISTS (
                    SELECT FROM postmortem_reader r WHERE r.postmortem_id = p.id AND r.user_id = %(user)s
                )
            ORDER BY p.published_at DESC
            """,
            {"user": user_id, "scopes": list(scopes), "services": list(services), "since": since},
        )
        return await cursor.fetchall()
