"""Statements of alerts that flap."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString, NamedTuple

from tocsin.kernel.db import Conn

TELL_FLAPS: LiteralString = """
update alert set flaps_told = true
where id = any(%(ids)b) and is_current and flaps_since is not null and not flaps_told and group_id is not null
returning id, title, group_id, scope_id, flaps_since
"""

SETTLE: LiteralString = """
with due as (
    select id from alert
    where flaps_since is not null and is_current and changed_at[cardinality(changed_at)] <= %(before)s
    order by id for update
)
update alert a set flaps_since = null, flaps_told = false from due where a.id = due.id
returning a.id, a.title, a.group_id, a.scope_id, a.state
"""


class Flapping(NamedTuple):
    id: int
    title: str
    group_id: int
    scope_id: int
    since: datetime


async def mark_flaps_told(conn: Conn, ids: Sequence[int]) -> list[Flapping]:
    """Those that flap in a group that does not know yet; from here on it does."""
    cursor = await conn.execute(TELL_FLAPS, {"ids": list(ids)})
    return sorted(Flapping(*row) for row in await cursor.fetchall())


class Settled(NamedTuple):
    id: int
    title: str
    group_id: int | None
    scope_id: int
    state: str


async def settle(conn: Conn, before: datetime) -> list[Settled]:
    """Alerts that flapped and have not changed since `before`: they flap no more."""
    cursor = await conn.execute(SETTLE, {"before": before})
    return sorted(Settled(*row) for row in await cursor.fetchall())


async def find_first_flap(conn: Conn) -> datetime | None:
    """Of the flapping alerts' latest changes the earliest."""
    cursor = await conn.execute(
        "select min(changed_at[cardinality(changed_at)]) from alert where flaps_since is not null and is_current"
    )
    row = await cursor.fetchone()
    return None if row is None else row[0]
