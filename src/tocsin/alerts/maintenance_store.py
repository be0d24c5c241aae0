"""Statements of maintenance."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from tocsin.alerts.maintenance import Ending, Maintenance, MaintenanceDraft
from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn

_SELECT: LiteralString = """
    select id, name, services, starts_at, ends_at, time_zone, repeat, reason, managed_by, set_by, set_at, cut_at,
        ended_at, under_way_since
    from maintenance
"""


async def list_maintenances(conn: Conn, since: datetime) -> list[Maintenance]:
    """Those that may still happen, or were over only after `since`; files' own all, whenever they were."""
    async with conn.cursor(row_factory=struct_row(Maintenance)) as cursor:
        await cursor.execute(
            _SELECT
            + """
            where managed_by is not null
               or (ended_at is null or ended_at > %(since)s) and (repeat is not null or ends_at > %(since)s)
            order by starts_at, id
            """,
            {"since": since},
        )
        return await cursor.fetchall()


async def list_managed(conn: Conn) -> list[Maintenance]:
    """Those that stand in a file, whenever they are."""
    async with conn.cursor(row_factory=struct_row(Maintenance)) as cursor:
        await cursor.execute(_SELECT + "where managed_by is not null order by starts_at, id")
        return await cursor.fetchall()


async def list_live(conn: Conn, now: datetime) -> list[Maintenance]:
    """Those of which a window may be under way."""
    async with conn.cursor(row_factory=struct_row(Maintenance)) as cursor:
        await cursor.execute(
            _SELECT
            + """
            where starts_at <= %(now)s and (ended_at is null or ended_at > %(now)s)
              and (repeat is not null or ends_at > %(now)s)
            order by id
            """,
            {"now": now},
            prepare=True,
        )
        return await cursor.fetchall()


async def find_by_name(conn: Conn, name: str) -> Maintenance | None:
    """One by its name, locked."""
    async with conn.cursor(row_factory=struct_row(Maintenance)) as cursor:
        await cursor.execute(_SELECT + "where name = %s for update", (name,))
        return await cursor.fetchone()


async def lock_maintenance(conn: Conn, maintenance_id: int) -> Maintenance | None:
    """One by its id, to change it."""
    async with conn.cursor(row_factory=struct_row(Maintenance)) as cursor:
        await cursor.execute(_SELECT + "where id = %s for update", (maintenance_id,))
        return await cursor.fetchone()


async def upsert_maintenance(conn: Conn, draft: MaintenanceDraft, by: str, now: datetime) -> int:
    """Exactly this, as if nobody had ended it; gives its id."""
    cursor = await conn.execute(
        """
        insert into maintenance (name, services, starts_at, ends_at, time_zone, repeat, reason, managed_by, set_by,
            set_at)
        values (%(name)s, %(services)s, %(starts_at)s, %(ends_at)s, %(time_zone)s, %(repeat)s, %(reason)s,
            %(managed_by)s, %(by)s, %(now)s)
        on conflict (name) do update set
            services = excluded.services, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
            time_zone = excluded.time_zone, repeat = excluded.repeat, reason = excluded.reason,
            managed_by = excluded.managed_by, set_by = excluded.set_by, set_at = excluded.set_at, cut_at = null,
            ended_at = null
        returning id
        """,
        {
            "name": draft.name,
            "services": list(draft.services),
            "starts_at": draft.starts_at,
            "ends_at": draft.ends_at,
            "time_zone": draft.time_zone,
            "repeat": draft.repeat,
            "reason": draft.reason,
            "managed_by": draft.managed_by,
            "by": by,
            "now": now,
        },
    )
    row = await cursor.fetchone()
    assert row is not None  # an upsert without a condition gives one row
    return int(row[0])


async def update_ending(conn: Conn, maintenance_id: int, ending: Ending) -> None:
    await conn.execute(
        "update maintenance set cut_at = %s, ended_at = %s where id = %s",
        (ending.cut_at, ending.ended_at, maintenance_id),
    )


async def update_under_way(conn: Conn, maintenance_id: int, since: datetime | None) -> None:
    await conn.execute("update maintenance set under_way_since = %s where id = %s", (since, maintenance_id))


async def delete_maintenance(conn: Conn, name: str) -> None:
    await conn.execute("delete from maintenance where name = %s", (name,))


async def list_held_alerts(conn: Conn, services: Sequence[str]) -> list[int]:
    """Firing alerts of these services that call nobody because something mutes them."""
    cursor = await conn.execute(
        """
        select a.id from alert a join alert_routing r on r.id = a.routing_id
        where a.state = 'firing' and a.muted_reason is not null and a.group_id is null and r.service = any(%b)
        order by a.id
        """,
        (list(services),),
    )
    return [int(row[0]) for row in await cursor.fetchall()]
