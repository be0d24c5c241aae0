"""Alerts as they came, oldest first, for who wants to play them again: a firing period a row."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from psycopg.rows import class_row

from tocsin.kernel.db import Conn


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """One firing period. `group_key` is None where a route's `group_by` made it: another may group otherwise."""

    id: int
    integration: str
    identity: UUID
    labels: dict[str, str]
    title: str
    severity_hint: str
    starts_at: datetime
    received_at: datetime
    ended_at: datetime | None
    ended_by: str | None
    group_key: UUID | None


async def list_periods(
    conn: Conn, scopes: Sequence[int], *, since: datetime, until: datetime, after_id: int = 0, limit: int
) -> list[Period]:
    """Those received from `since` to `until`, both included, in the order of their ids; `after_id` continues."""
    async with conn.cursor(row_factory=class_row(Period)) as cursor:
        await cursor.execute(
            """
            select a.id, i.name as integration, a.identity, a.labels, a.title, a.severity_hint, a.starts_at,
                a.received_at, a.ended_at, a.ended_by, case when r.group_by is null then a.group_key end as group_key
            from alert a join integration i on i.id = a.integration_id join alert_routing r on r.id = a.routing_id
            where a.id > %s and a.received_at >= %s and a.received_at <= %s and a.scope_id = any(%b)
            order by a.id limit %s
            """,
            (after_id, since, until, list(scopes), limit),
        )
        return await cursor.fetchall()


class Named(NamedTuple):
    """An alert by what a source calls it."""

    integration: str
    identity: UUID


async def name_groups(conn: Conn, group_ids: Sequence[int]) -> dict[int, Named]:
    """The first alert of each of these groups."""
    cursor = await conn.execute(
        """
        select distinct on (a.group_id) a.group_id, i.name, a.identity
        from alert a join integration i on i.id = a.integration_id
        where a.group_id = any(%b) order by a.group_id, a.id
        """,
        (list(group_ids),),
    )
    return {row[0]: Named(row[1], row[2]) for row in await cursor.fetchall()}
