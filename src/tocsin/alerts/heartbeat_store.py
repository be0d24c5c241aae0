"""Statements of heartbeats: how each stands, and since when somebody listens. A heartbeat is an integration, and its
row appears with the first ping."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from psycopg.rows import class_row

from tocsin.alerts.heartbeats import Standing
from tocsin.alerts.model import Integration
from tocsin.kernel.db import Conn


class HeartbeatRow(msgspec.Struct, frozen=True, kw_only=True):
    """An integration of type heartbeat with its standing; never heard of: all of that is empty."""

    id: int
    name: str
    service: str | None
    options: dict[str, Any]
    scope_id: int
    managed_by: str | None
    last_ping_at: datetime | None
    waits_from: datetime | None
    started_at: datetime | None
    missed_at: datetime | None
    failed_at: datetime | None
    paused_until: datetime | None
    paused_by: str
    paused_why: str

    @property
    def standing(self) -> Standing:
        return Standing(
            last_ping_at=self.last_ping_at,
            waits_from=self.waits_from,
            started_at=self.started_at,
            missed_at=self.missed_at,
            failed_at=self.failed_at,
            paused_until=self.paused_until,
            paused_by=self.paused_by,
            paused_why=self.paused_why,
        )

    def as_integration(self) -> Integration:
        return Integration(
            id=self.id,
            name=self.name,
            type="heartbeat",
            service=self.service,
            options=self.options,
            scope_id=self.scope_id,
        )


async def list_heartbeats(conn: Conn) -> list[HeartbeatRow]:
    """Those in the configuration, by name."""
    async with conn.cursor(row_factory=class_row(HeartbeatRow)) as cursor:
        await cursor.execute(
            """
            select i.id, i.name, i.service, i.options, i.scope_id, i.managed_by,
                h.last_ping_at, h.waits_from, h.started_at, h.missed_at, h.failed_at,
                h.paused_until, coalesce(h.paused_by, '') as paused_by, coalesce(h.paused_why, '') as paused_why
            from integration i left join heartbeat h on h.integration_id = i.id
            where i.type = 'heartbeat' and i.retired_at is null order by i.name
            """
        )
        return await cursor.fetchall()


async def lock_heartbeats(conn: Conn, ids: Sequence[int]) -> dict[int, Standing]:
    """How those of them stand that have a row, locked in the order of their ids. The lock orders pings and the
    watch."""
    cursor = await conn.execute(
        """
        select integration_id, last_ping_at, waits_from, started_at, missed_at, failed_at, paused_until, paused_by,
            paused_why
        from heartbeat where integration_id = any(%b) order by integration_id for update
        """,
        (list(ids),),
    )
    names = Standing.__struct_fields__
    return {int(row[0]): Standing(**dict(zip(names, row[1:], strict=True))) for row in await cursor.fetchall()}


async def ensure_heartbeat(conn: Conn, integration_id: int) -> None:
    """Makes its row where there is none."""
    await conn.execute(
        "insert into heartbeat (integration_id) values (%s) on conflict (integration_id) do nothing",
        (integration_id,),
    )


async def update_heartbeat(conn: Conn, integration_id: int, standing: Standing) -> None:
    await conn.execute(
        """
        update heartbeat set last_ping_at = %(last_ping_at)s, waits_from = %(waits_from)s, started_at = %(started_at)s,
            missed_at = %(missed_at)s, failed_at = %(failed_at)s, paused_until = %(paused_until)s,
            paused_by = %(paused_by)s, paused_why = %(paused_why)s
        where integration_id = %(integration_id)s
        """,
        msgspec.structs.asdict(standing) | {"integration_id": integration_id},
    )


async def settle_heartbeat(conn: Conn, integration_id: int, pinged_at: datetime | None) -> None:
    """The alert has been told of the ping of that instant; a later one speaks for itself."""
    await conn.execute(
        """
        update heartbeat set missed_at = null, failed_at = null
        where integration_id = %s and last_ping_at = %s
        """,
        (integration_id, pinged_at),
    )


async def lock_heard_at(conn: Conn) -> datetime | None:
    """The latest sign that pings are heard; locked, so that one listener at a time moves it."""
    cursor = await conn.execute("select heard_at from heartbeat_hearing for update")
    row = await cursor.fetchone()
    return None if row is None else row[0]


async def get_heard_at(conn: Conn) -> datetime | None:
    cursor = await conn.execute("select heard_at from heartbeat_hearing")
    row = await cursor.fetchone()
    return None if row is None else row[0]


async def update_heard_at(conn: Conn, heard_at: datetime) -> None:
    await conn.execute("update heartbeat_hearing set heard_at = %s", (heard_at,))


class Forgotten(NamedTuple):
    """What is no heartbeat any more; `is_alarming`: an alert of it may fire."""

    id: int
    name: str
    scope_id: int
    is_alarming: bool


async def list_forgotten(conn: Conn) -> list[Forgotten]:
    """Locked."""
    cursor = await conn.execute(
        """
        select i.id, i.name, i.scope_id, h.missed_at is not null or h.failed_at is not null
        from heartbeat h join integration i on i.id = h.integration_id
        where i.retired_at is not null or i.type <> 'heartbeat'
        order by h.integration_id for update of h
        """
    )
    return [Forgotten(*row) for row in await cursor.fetchall()]


async def delete_heartbeats(conn: Conn, ids: Sequence[int]) -> None:
    """Should they come back, they are waited for anew."""
    await conn.execute("delete from heartbeat where integration_id = any(%b)", (list(ids),))
