"""The statements that only a demo makes: whether there is somebody in a database, and what a past leaves behind."""

from datetime import datetime
from uuid import UUID

from tocsin.kernel.db import Conn


async def is_empty(conn: Conn) -> bool:
    """Nobody has used this database: it has neither people nor incidents."""
    cursor = await conn.execute("SELECT EXISTS (SELECT FROM app_user) OR EXISTS (SELECT FROM incident)")
    row = await cursor.fetchone()
    return row is not None and not row[0]


async def hold_everything(conn: Conn) -> None:
    """No message of the past leaves, and none of its timers rings: what waited counts as sent when it was wanted."""
    await conn.execute(
        """
        UPDATE delivery SET state = 'sent', attempts = 1, sent_at = due_at, ended_at = due_at, answer = 'demo',
            silence_at = NULL, on_silence = NULL
        WHERE state IN ('waiting', 'sending', 'taken')
        """
    )
    await conn.execute("DELETE FROM job")


async def list_last_deliveries(conn: Conn) -> list[UUID]:
    """The last message of each person."""
    cursor = await conn.execute(
        "SELECT DISTINCT ON (user_id) id FROM delivery WHERE user_id IS NOT NULL ORDER BY user_id, requested_at DESC"
    )
    return [delivery_id for (delivery_id,) in await cursor.fetchall()]


async def has_signed_in(conn: Conn, user_id: int, since: datetime) -> bool:
    """Whether a browser of this person is signed in since then."""
    cursor = await conn.execute(
        "SELECT EXISTS (SELECT FROM session WHERE user_id = %s AND created_at >= %s)", (user_id, since)
    )
    row = await cursor.fetchone()
    return row is not None and bool(row[0])


async def take_grouping(conn: Conn, now: datetime) -> list[list[int]]:
    """The alerts that are to be grouped at this instant, by job; whoever takes them does it. What waited longer would
    look once more whether it is still held: nobody does, in the past."""
    cursor = await conn.execute("DELETE FROM job WHERE kind = 'alerts.group' RETURNING payload->'alert_ids', run_at")
    return [alert_ids for alert_ids, run_at in await cursor.fetchall() if run_at == now]
