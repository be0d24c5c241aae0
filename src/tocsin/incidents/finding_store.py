"""Every statement about what was found to be wrong with the work on an incident."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

import msgspec

from tocsin.db.rows import struct_row
from tocsin.incidents.model import Broken, Finding, Watched
from tocsin.kernel.db import Conn
from tocsin.kernel.questions import Question


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


def open_by_rule(incident_id: int, rule: str) -> Question[bool]:
    """Whether anything that this rule found about an incident still holds."""
    return Question(_OPEN_BY_RULE, (incident_id, rule), lambda rows: rows[0][0])


_OPEN_BY_RULE: LiteralString = """
    SELECT EXISTS (SELECT FROM incident_finding WHERE incident_id = %s AND rule = %s AND settled_at IS NULL)
"""


async def list_incidents_with(conn: Conn, rule: str, occurrences: Sequence[str]) -> list[int]:
    cursor = await conn.execute(
        """
        SELECT DISTINCT incident_id FROM incident_finding
        WHERE rule = %s AND occurrence = ANY(%b::text[]) AND settled_at IS NULL ORDER BY incident_id
        """,
        (rule, list(occurrences)),
    )
    return [row[0] for row in await cursor.fetchall()]


async def list_watched(conn: Conn, scopes: Sequence[int], since: datetime, until: datetime) -> list[Watched]:
    """Incidents that began or broke a rule within [since, until), with what they broke then, by number.

    Of those that a viewer with these scopes may see; without drills, and without those that were merged into another.
    """
    cursor = await conn.execute(
        """
        SELECT i.number, i.title, i.detected_at, array(
            SELECT service FROM incident_service WHERE incident_id = i.id ORDER BY service
        ), coalesce(found.broken, '[]')
        FROM incident i LEFT JOIN LATERAL (
            SELECT jsonb_agg(jsonb_build_array(rule, raised_at, text) ORDER BY id) AS broken
            FROM incident_finding
            WHERE incident_id = i.id AND raised_at >= %(since)s AND raised_at < %(until)s
        ) AS found ON true
        WHERE NOT i.is_drill AND i.merged_into IS NULL AND i.scope_id = ANY(%(scopes)b)
          AND i.detected_at < %(until)s AND (i.detected_at >= %(since)s OR found.broken IS NOT NULL)
        ORDER BY i.number
        """,
        {"since": since, "until": until, "scopes": list(scopes)},
    )
    return [
        Watched(number, title, at, tuple(services), msgspec.convert(broken, tuple[Broken, ...]))
        for number, title, at, services, broken in await cursor.fetchall()
    ]
