"""Every statement about postmortems and their versions. Whoever owns one is the commander until it is assigned
(PMT-8), so the reads look at the roles of the incident, too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn
from tocsin.postmortems.model import NewPostmortem, Postmortem, State, Version

_SELECT = """
    SELECT p.id, p.incident_id, i.number AS incident_number, i.title, i.severity, i.resolved_at, i.scope_id, p.state,
        coalesce(
            assigned.name,
            (SELECT u.name FROM incident_role r JOIN app_user u ON u.id = r.user_id
             WHERE r.incident_id = i.id AND r.role = 'commander' AND r.state = 'holds')
        ) AS owner,
        p.authors, p.template, p.layout, v.body, p.version, v.by AS edited_by, v.at AS edited_at,
        p.drafted_at, p.drafted_by, p.published_at
    FROM postmortem p
    JOIN incident i ON i.id = p.incident_id
    JOIN postmortem_version v ON v.postmortem_id = p.id AND v.version = p.version
    LEFT JOIN app_user assigned ON assigned.id = p.owner_id
"""


async def find_postmortem(conn: Conn, incident_id: int) -> Postmortem | None:
    async with conn.cursor(row_factory=struct_row(Postmortem)) as cursor:
        await cursor.execute(_SELECT + "WHERE p.incident_id = %s", (incident_id,))
        return await cursor.fetchone()


async def list_postmortems(
    conn: Conn, scopes: Sequence[int], *, state: State | None, before: int | None, limit: int
) -> list[Postmortem]:
    """By the number of their incident, the newest first; `before` is the number that the last page ended with."""
    async with conn.cursor(row_factory=struct_row(Postmortem)) as cursor:
        await cursor.execute(
            _SELECT
            + """
            WHERE i.scope_id = ANY(%(scopes)b)
              AND (%(state)s::text IS NULL OR p.state = %(state)s)
              AND (%(before)s::integer IS NULL OR i.number < %(before)s)
            ORDER BY i.number DESC
            LIMIT %(limit)s
            """,
            {"scopes": list(scopes), "state": state, "before": before, "limit": limit},
        )
        return await cursor.fetchall()


async def insert_postmortem(conn: Conn, made: NewPostmortem, now: datetime) -> None:
    """With its first version."""
    await conn.execute(
        """
        WITH made AS (
            INSERT INTO postmortem (incident_id, state, authors, template, layout, version, drafted_at, drafted_by)
            VALUES (%(incident_id)s, 'draft', %(authors)s, %(template)s, %(layout)s, 1, %(now)s, %(by)s)
            RETURNING id
        )
        INSERT INTO postmortem_version (postmortem_id, version, body, by, at, note)
        SELECT id, 1, %(body)s, %(by)s, %(now)s, 'Drafted from the record.' FROM made
        """,
        {**msgspec.structs.asdict(made), "authors": list(made.authors), "now": now},
    )


async def insert_version(conn: Conn, postmortem_id: int, version: Version) -> None:
    """The text reads so from now on."""
    await conn.execute(
        """
        WITH latest AS (UPDATE postmortem SET version = %(version)s WHERE id = %(id)s)
        INSERT INTO postmortem_version (postmortem_id, version, body, by, at, note)
        VALUES (%(id)s, %(version)s, %(body)s, %(by)s, %(at)s, %(note)s)
        """,
        {**msgspec.structs.asdict(version), "id": postmortem_id},
    )


async def update_made_with(
    conn: Conn, postmortem_id: int, authors: Sequence[str], template: str | None, layout: str
) -> None:
    """It was drafted anew, with these."""
    await conn.execute(
        "UPDATE postmortem SET authors = %s, template = %s, layout = %s WHERE id = %s",
        (list(authors), template, layout, postmortem_id),
    )


async def update_state(conn: Conn, postmortem_id: int, state: State, published_at: datetime | None) -> None:
    await conn.execute(
        "UPDATE postmortem SET state = %s, published_at = %s WHERE id = %s", (state, published_at, postmortem_id)
    )


async def is_assigned(conn: Conn, postmortem_id: int) -> bool:
    """Whether somebody was named its owner, so that it does not change hands with the commander's role."""
    cursor = await conn.execute("SELECT owner_id IS NOT NULL FROM postmortem WHERE id = %s", (postmortem_id,))
    row = await cursor.fetchone()
    return row is not None and row[0]


async def update_owner(conn: Conn, postmortem_id: int, user_id: int) -> None:
    await conn.execute("UPDATE postmortem SET owner_id = %s WHERE id = %s", (user_id, postmortem_id))


async def list_versions(conn: Conn, postmortem_id: int) -> list[Version]:
    """The oldest first."""
    async with conn.cursor(row_factory=struct_row(Version)) as cursor:
        await cursor.execute(
            "SELECT version, body, by, at, note FROM postmortem_version WHERE postmortem_id = %s ORDER BY version",
            (postmortem_id,),
        )
        return await cursor.fetchall()


async def update_version_text(conn: Conn, postmortem_id: int, version: int, body: str, note: str) -> None:
    """What an administrator took out of the record is not in this version either: the one change that rewrites it."""
    await conn.execute(
        "UPDATE postmortem_version SET body = %s, note = %s WHERE postmortem_id = %s AND version = %s",
        (body, note, postmortem_id, version),
    )
