"""Statements for what a client of a source's own interface changes of one alert."""

import msgspec
from psycopg.rows import class_row

from tocsin.kernel.db import Conn, as_jsonb


class LockedAlert(msgspec.Struct, frozen=True, kw_only=True):
    """What may change, and what decides on it."""

    labels: dict[str, str]
    state: str
    group_id: int | None


async def lock_alert(conn: Conn, alert_id: int) -> LockedAlert | None:
    async with conn.cursor(row_factory=class_row(LockedAlert)) as cursor:
        await cursor.execute(
            """
            select labels, state, group_id
            from alert where id = %s for update
            """,
            (alert_id,),
        )
        return await cursor.fetchone()


async def update_labels(conn: Conn, alert_id: int, labels: dict[str, str], severity_hint: str | None) -> None:
    """`severity_hint` None: it stays."""
    await conn.execute(
        "update alert set labels = %s, severity_hint = coalesce(%s::text, severity_hint) where id = %s",
        (as_jsonb(labels), severity_hint, alert_id),
    )


async def update_unacknowledged(conn: Conn, alert_id: int) -> None:
    await conn.execute("update alert set acknowledged_at = null, acknowledged_by = null where id = %s", (alert_id,))
