"""Every statement about what was known of an incident's impact, when, and which level people kept for it."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn, as_jsonb


class Assessed(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `incident_facts`: the words of all that was known then, the level that they assess to (None: the
    profile grades none of it) with the facts that decided, and the level that people kept for it; None: nobody has
    said yet. `kept_by` is "tocsin" where the suggestion was taken without a word.
    """

    at: datetime
    by: str
    facts: dict[str, str]
    suggested: str | None
    criteria: tuple[str, ...]
    kept: str | None
    kept_at: datetime | None
    kept_by: str | None
    reason: str | None


async def insert_assessed(conn: Conn, incident_id: int, row: Assessed) -> None:
    await conn.execute(
        """
        INSERT INTO incident_facts (incident_id, at, by, facts, suggested, criteria, kept, kept_at, kept_by, reason)
        VALUES (%(incident_id)s, %(at)s, %(by)s, %(facts)s, %(suggested)s, %(criteria)s, %(kept)s, %(kept_at)s,
            %(kept_by)s, %(reason)s)
        """,
        {
            **msgspec.structs.asdict(row),
            "incident_id": incident_id,
            "facts": as_jsonb(row.facts),
            "criteria": list(row.criteria),
        },
    )


async def list_assessed(conn: Conn, incident_id: int) -> list[Assessed]:
    """Oldest first."""
    async with conn.cursor(row_factory=struct_row(Assessed)) as cursor:
        await cursor.execute("SELECT * FROM incident_facts WHERE incident_id = %s ORDER BY id", (incident_id,))
        return await cursor.fetchall()


async def find_latest_assessed(conn: Conn, incident_id: int) -> Assessed | None:
    async with conn.cursor(row_factory=struct_row(Assessed)) as cursor:
        await cursor.execute(
            "SELECT * FROM incident_facts WHERE incident_id = %s ORDER BY id DESC LIMIT 1", (incident_id,)
        )
        return await cursor.fetchone()


async def update_kept(conn: Conn, incident_id: int, *, kept: str, by: str, reason: str, at: datetime) -> None:
    """What people decided about the latest of what is known; nothing where nothing is."""
    await conn.execute(
        """
        UPDATE incident_facts SET kept = %s, kept_at = %s, kept_by = %s, reason = %s
        WHERE id = (SELECT max(id) FROM incident_facts WHERE incident_id = %s)
        """,
        (kept, at, by, reason, incident_id),
    )


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """One suggestion and what became of it, for the review of all of them."""

    number: int
    at: datetime
    suggested: str
    criteria: tuple[str, ...]
    kept: str | None
    kept_by: str | None
    reason: str | None


async def list_judged(conn: Conn, scopes: Sequence[int], since: datetime, until: datetime) -> list[Judged]:
    """Every suggestion from `since` to `until` about incidents that a viewer may see, without drills, oldest first."""
    async with conn.cursor(row_factory=struct_row(Judged)) as cursor:
        await cursor.execute(
            """
            SELECT i.number, f.at, f.suggested, f.criteria, f.kept, f.kept_by, f.reason
            FROM incident_facts f JOIN incident i ON i.id = f.incident_id
            WHERE f.at >= %(since)s AND f.at <= %(until)s AND f.suggested IS NOT NULL
              AND NOT i.is_drill AND NOT i.is_private AND i.scope_id = ANY(%(scopes)b)
            ORDER BY f.id
            """,
            {"since": since, "until": until, "scopes": list(scopes)},
        )
        return await cursor.fetchall()
