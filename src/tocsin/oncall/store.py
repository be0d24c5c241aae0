"""Every statement about schedules and overrides."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

import msgspec

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn, as_jsonb
from tocsin.oncall.model import Override, Schedule

_SCHEDULE: LiteralString = """
    SELECT s.name, s.team, s.time_zone, s.holidays, s.limits, s.managed_by,
           CASE WHEN s.layers @? '$[*].calendar' THEN (
               SELECT jsonb_agg(
                   CASE WHEN l.layer ? 'calendar' THEN l.layer || jsonb_build_object('events', coalesce((
                       SELECT jsonb_agg(jsonb_build_object(
                           'user', u.name, 'starts_at', e.starts_at, 'ends_at', e.ends_at)
                           ORDER BY e.starts_at, u.name)
                       FROM calendar c JOIN calendar_event e ON e.calendar_id = c.id JOIN app_user u ON u.id = e.user_id
                       WHERE c.name = l.layer ->> 'calendar' AND e.ends_at > %(since)s), '[]'))
                   ELSE l.layer END ORDER BY l.place)
               FROM jsonb_array_elements(s.layers) WITH ORDINALITY AS l (layer, place))
           ELSE s.layers END AS layers,
           coalesce((
               SELECT jsonb_agg(jsonb_build_object(
                   'id', o.id, 'user', u.name, 'starts_at', o.starts_at, 'ends_at', o.ends_at,
                   'created_by', o.created_by, 'managed_by', o.managed_by, 'part', o.part, 'layer', o.layer,
                   'instead_of', other.name, 'reason', o.reason, 'swap_id', o.swap_id) ORDER BY o.id)
               FROM schedule_override o JOIN app_user u ON u.id = o.user_id
                   LEFT JOIN app_user other ON other.id = o.instead_of_id
               WHERE o.schedule_id = s.id AND o.ends_at > %(since)s), '[]') AS overrides
    FROM schedule s
"""


async def list_schedules(conn: Conn, since: datetime) -> list[Schedule]:
    """All schedules by name, with the overrides and calendar events that end after an instant."""
    async with conn.cursor(row_factory=struct_row(Schedule)) as cursor:
        await cursor.execute(_SCHEDULE + "ORDER BY s.name", {"since": since})
        return await cursor.fetchall()


async def find_schedule(conn: Conn, name: str, since: datetime) -> Schedule | None:
    """One schedule with the overrides and calendar events that end after an instant."""
    async with conn.cursor(row_factory=struct_row(Schedule)) as cursor:
        await cursor.execute(_SCHEDULE + "WHERE s.name = %(name)s", {"since": since, "name": name})
        return await cursor.fetchone()


async def upsert_schedule(conn: Conn, schedule: Schedule) -> int:
    """The schedule without its overrides; gives its id."""
    cursor = await conn.execute(
        """
        INSERT INTO schedule (name, team, time_zone, holidays, layers, limits, managed_by, scope_id)
        VALUES (%s, %s, %s, %s, %s, %s, %s, 1)
        ON CONFLICT (name) DO UPDATE SET
            team = excluded.team, time_zone = excluded.time_zone, holidays = excluded.holidays,
            layers = excluded.layers, limits = excluded.limits,
            managed_by = excluded.managed_by
        RETURNING id
        """,
        (
            schedule.name,
            schedule.team,
            schedule.time_zone,
            schedule.holidays,
            as_jsonb(schedule.plain.layers),
            as_jsonb(schedule.limits),
            schedule.managed_by,
        ),
    )
    row = await cursor.fetchone()
    assert row is not None  # RETURNING of an upsert without a condition gives one row
    return row[0]


async def delete_schedule(conn: Conn, name: str) -> bool:
    """False: there is none of that name."""
    cursor = await conn.execute("DELETE FROM schedule WHERE name = %s", (name,))
    return cursor.rowcount == 1


async def delete_overrides(conn: Conn, ids: Sequence[int]) -> None:
    await conn.execute("DELETE FROM schedule_override WHERE id = ANY(%b)", (list(ids),))


async def insert_overrides(conn: Conn, schedule_id: int, overrides: Sequence[Override], now: datetime) -> list[str]:
    """Adds overrides in their order; gives the names of those people in them that exist."""
    rows = [msgspec.structs.asdict(one) | {"place": place} for place, one in enumerate(overrides)]
    cursor = await conn.execute(
        """
        WITH wanted AS (
            SELECT new.*, u.id AS user_id, other.id AS instead_of_id
            FROM jsonb_to_recordset(%(rows)s) AS new (place integer, "user" text, starts_at timestamptz,
                     ends_at timestamptz, created_by text, managed_by text, part text, layer text, instead_of text,
                     reason text, swap_id bigint)
            LEFT JOIN app_user u ON u.name = new."user" LEFT JOIN app_user other ON other.name = new.instead_of
        ), added AS (
            INSERT INTO schedule_override (
                schedule_id, user_id, starts_at, ends_at, created_by, created_at, managed_by, part, layer,
                instead_of_id, reason, swap_id)
            SELECT %(schedule)s, user_id, starts_at, ends_at, created_by, %(now)s, managed_by, part, layer,
                instead_of_id, reason, swap_id
            FROM wanted
            WHERE user_id IS NOT NULL AND (instead_of IS NULL OR instead_of_id IS NOT NULL)
            ORDER BY place)
        SELECT "user" FROM wanted WHERE user_id IS NOT NULL
        UNION SELECT instead_of FROM wanted WHERE instead_of_id IS NOT NULL
        """,
        {"schedule": schedule_id, "rows": as_jsonb(rows), "now": now},
    )
    return [row[0] for row in await cursor.fetchall()]
