"""Every statement about calendar feeds and about what they said."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple
from uuid import UUID

from psycopg.rows import class_row

from tocsin.kernel.db import Conn, as_jsonb
from tocsin.oncall.feed_entries import Entry, Known
from tocsin.oncall.feed_model import CalendarFeed

_FEED: LiteralString = """
    SELECT f.id, o.name AS owner, s.name AS schedule, p.name AS person, f.created_at, f.last_used_at
    FROM calendar_feed f
    JOIN app_user o ON o.id = f.owner_id
    LEFT JOIN schedule s ON s.id = f.schedule_id
    LEFT JOIN app_user p ON p.id = f.person_id
"""


class Subject(NamedTuple):
    """A schedule as feeds need it: who may read it, and where its entries are kept."""

    id: int
    name: str
    scope_id: int


async def find_feed(conn: Conn, token_hash: bytes) -> CalendarFeed | None:
    """The feed of a token. None also for that of somebody who is disabled, or about somebody who is."""
    async with conn.cursor(row_factory=class_row(CalendarFeed)) as cursor:
        await cursor.execute(
            _FEED + "WHERE f.token_hash = %s AND o.disabled_at IS NULL AND p.disabled_at IS NULL", (token_hash,)
        )
        return await cursor.fetchone()


async def find_feed_about(conn: Conn, owner_id: int, schedule: str | None, person: str | None) -> CalendarFeed | None:
    """Somebody's own feed about a schedule or about a person."""
    async with conn.cursor(row_factory=class_row(CalendarFeed)) as cursor:
        await cursor.execute(
            _FEED + "WHERE f.owner_id = %s AND (s.name = %s OR p.name = %s)", (owner_id, schedule, person)
        )
        return await cursor.fetchone()


async def list_feeds(conn: Conn, owner_id: int) -> list[CalendarFeed]:
    """Those about people first, then those about schedules, by name."""
    async with conn.cursor(row_factory=class_row(CalendarFeed)) as cursor:
        await cursor.execute(_FEED + "WHERE f.owner_id = %s ORDER BY p.name, s.name", (owner_id,))
        return await cursor.fetchall()


async def insert_feed(
    conn: Conn, token_hash: bytes, owner_id: int, schedule_id: int | None, person_id: int | None, now: datetime
) -> bool:
    """False: the owner has one about the same, made at the same moment elsewhere."""
    cursor = await conn.execute(
        """
        INSERT INTO calendar_feed (token_hash, owner_id, schedule_id, person_id, created_at)
        VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
        """,
        (token_hash, owner_id, schedule_id, person_id, now),
    )
    return cursor.rowcount == 1


async def delete_feed(conn: Conn, feed_id: int, owner_id: int) -> bool:
    """False: that person has no such feed."""
    cursor = await conn.execute("DELETE FROM calendar_feed WHERE id = %s AND owner_id = %s", (feed_id, owner_id))
    return cursor.rowcount == 1


async def update_feed_used(conn: Conn, feed_id: int, now: datetime) -> None:
    await conn.execute("UPDATE calendar_feed SET last_used_at = %s WHERE id = %s", (now, feed_id))


async def list_subjects(conn: Conn) -> list[Subject]:
    """Every schedule, by name."""
    async with conn.cursor(row_factory=class_row(Subject)) as cursor:
        await cursor.execute("SELECT id, name, scope_id FROM schedule ORDER BY name")
        return await cursor.fetchall()


async def list_known(conn: Conn, schedule_ids: Sequence[int]) -> dict[UUID, Known]:
    """What feeds have said about these schedules."""
    cursor = await conn.execute(
        "SELECT uid, ends_at, sequence, changed_at FROM calendar_entry WHERE schedule_id = ANY(%b)",
        (list(schedule_ids),),
    )
    return {uid: Known(*rest) for uid, *rest in await cursor.fetchall()}


async def upsert_entries(conn: Conn, entries: Sequence[Entry], schedule_ids: Mapping[str, int]) -> None:
    """What feeds say from now on. Somebody else may have written the very same meanwhile: that is left alone."""
    rows = [
        {
            "uid": one.uid,
            "schedule_id": schedule_ids[one.duty.schedule],
            "sequence": one.sequence,
            "changed_at": one.changed_at,
            "ends_at": one.duty.ends_at,
        }
        for one in sorted(entries)
    ]
    await conn.execute(
        """
        INSERT INTO calendar_entry (uid, schedule_id, ends_at, sequence, changed_at)
        SELECT uid, schedule_id, ends_at, sequence, changed_at
        FROM jsonb_to_recordset(%s) AS new (uid uuid, schedule_id bigint, ends_at timestamptz, sequence integer,
                 changed_at timestamptz)
        ON CONFLICT (uid) DO UPDATE SET ends_at = excluded.ends_at, sequence = excluded.sequence,
            changed_at = excluded.changed_at
        WHERE calendar_entry.ends_at <> excluded.ends_at
        """,
        (as_jsonb(rows),),
    )


async def delete_old_entries(conn: Conn, before: datetime) -> None:
    """No feed speaks of them any more."""
    await conn.execute("DELETE FROM calendar_entry WHERE ends_at < %s", (before,))


async def delete_feeds_of_disabled(conn: Conn) -> None:
    """Those that they own, and those about them."""
    await conn.execute(
        """
        DELETE FROM calendar_feed f USING app_user u
        WHERE u.id IN (f.owner_id, f.person_id) AND u.disabled_at IS NOT NULL
        """
    )
