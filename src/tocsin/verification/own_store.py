"""Every statement about the checks that people have added to one incident."""

from __future__ import annotations

from datetime import datetime

import msgspec

from tocsin.catalog.checks import Check
from tocsin.kernel.db import Conn, as_jsonb


async def list_checks(conn: Conn, incident_id: int) -> list[Check]:
    """In the order in which they were added."""
    cursor = await conn.execute(
        'SELECT "check" FROM incident_check WHERE incident_id = %s ORDER BY added_at, name', (incident_id,)
    )
    return [msgspec.convert(said, Check) for (said,) in await cursor.fetchall()]


async def insert_check(conn: Conn, incident_id: int, check: Check, by: str, now: datetime) -> None:
    await conn.execute(
        'INSERT INTO incident_check (incident_id, name, "check", added_by, added_at) VALUES (%s, %s, %s, %s, %s)',
        (incident_id, check.name, as_jsonb(check), by, now),
    )


async def delete_check(conn: Conn, incident_id: int, name: str) -> bool:
    """False: the incident has none of that name."""
    cursor = await conn.execute("DELETE FROM incident_check WHERE incident_id = %s AND name = %s", (incident_id, name))
    return cursor.rowcount == 1


async def update_text(conn: Conn, incident_id: int, text: str, mark: str) -> None:
    """A text that was taken back, in what these checks look at."""
    await conn.execute(
        """
        UPDATE incident_check SET "check" = (
            SELECT jsonb_object_agg(said.key, CASE WHEN said.key = ANY(ARRAY['asks', 'url', 'query', 'host'])
                THEN to_jsonb(replace(said.value #>> '{}', %(text)s, %(mark)s)) ELSE said.value END)
            FROM jsonb_each("check") AS said)
        WHERE incident_id = %(id)s
        """,
        {"id": incident_id, "text": text, "mark": mark},
    )


async def update_result_text(conn: Conn, incident_id: int, text: str, mark: str) -> None:
    """The same, in what was found."""
    await conn.execute(
        "UPDATE check_result SET detail = replace(detail, %s, %s) WHERE incident_id = %s", (text, mark, incident_id)
    )
