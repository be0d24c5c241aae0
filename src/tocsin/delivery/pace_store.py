"""Every statement about the pace of a way, and about deliveries that are held or travel with another (PAG-9)."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from tocsin.db.rows import struct_row
from tocsin.delivery import attempt_store, store
from tocsin.delivery.model import Delivery
from tocsin.delivery.pacing import Pace
from tocsin.kernel.db import Conn
from tocsin.kernel.outbound import FailureReason


async def lock_pace(conn: Conn, way: str) -> Pace:
    """The pace of a way, its row locked: of two messages that would leave at once, the second sees the first."""
    async with conn.cursor(row_factory=struct_row(Pace)) as cursor:
        await cursor.execute(
            """
            INSERT INTO delivery_pace AS p (way, sent, topic, is_urgent) VALUES (%s, '{}', '', false)
            ON CONFLICT (way) DO UPDATE SET topic = p.topic
            RETURNING sent, topic, is_urgent
            """,
            (way,),
            prepare=True,
        )
        row = await cursor.fetchone()
    assert row is not None
    return row


_UNCHANGED: LiteralString = """
    WITH unchanged AS (
        SELECT FROM delivery_pace
        WHERE way = %(way)s AND sent = %(seen)s AND topic = %(seen_topic)s AND is_urgent = %(seen_urgent)s
        FOR UPDATE
    ),
"""
_IF_UNCHANGED: LiteralString = "AND EXISTS (SELECT FROM unchanged)"
_PACED: LiteralString = """
    , paced AS (
        UPDATE delivery_pace SET sent = %(sent)s, topic = %(topic)s, is_urgent = %(is_urgent)s
        FROM begun WHERE way = %(way)s
    )
"""
BEGIN_PACED: LiteralString = (
    _UNCHANGED
    + attempt_store.BEGUN_IF_WANTED
    + _IF_UNCHANGED
    + attempt_store.INTERRUPTED
    + _PACED
    + attempt_store.ATTEMPT
)


async def begin_paced(
    conn: Conn, delivery_id: UUID, endpoint: str, now: datetime, way: str, seen: Pace, after: Pace
) -> int | None:
    """`attempt_store.begin_attempt`, and the pace of its way is as it is `after` this message. None and nothing is
    written when the delivery is not wanted, and when the pace is not the one that was `seen`."""
    cursor = await conn.execute(
        BEGIN_PACED,
        {
            "id": delivery_id,
            "now": now,
            "endpoint": endpoint,
            "way": way,
            "seen": list(seen.sent),
            "seen_topic": seen.topic,
            "seen_urgent": seen.is_urgent,
            "sent": list(after.sent),
            "topic": after.topic,
            "is_urgent": after.is_urgent,
        },
        prepare=True,
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def update_held(conn: Conn, delivery_id: UUID, why: str, until: datetime) -> bool:
    """It waits until then; False when it is not wanted any more."""
    cursor = await conn.execute(
        """
        UPDATE delivery SET held = %s, due_at = %s, answer = %s
        WHERE id = %s AND state = 'waiting' AND superseded IS NULL
        """,
        (why, until, f"held: {why}", delivery_id),
    )
    return cursor.rowcount == 1


async def attach_held(conn: Conn, leader: Delivery) -> list[Delivery]:
    """What else is held for the same way and wanted from now on travels with `leader`, oldest first.

    It belongs to many incidents, each of whose transactions may be superseding some of it, message after message: who
    waited for one of those while holding another could wait for ever. What is locked this instant leaves by itself.
    """
    async with conn.cursor(row_factory=store.DELIVERY_ROW) as cursor:
        await cursor.execute(
            """
            WITH wanted AS (
                SELECT id FROM delivery
                WHERE user_id = %(user_id)s AND contact_id IS NOT DISTINCT FROM %(contact_id)s AND kind = %(kind)s
                  AND held IS NOT NULL AND state = 'waiting' AND attempts = 0 AND superseded IS NULL AND id <> %(id)s
                ORDER BY id FOR UPDATE SKIP LOCKED
            ), attached AS (
                UPDATE delivery d SET state = 'sending', attempts = 1, carried_by = %(id)s
                FROM wanted WHERE d.id = wanted.id RETURNING d.*
            ) SELECT * FROM attached ORDER BY requested_at, id
            """,
            {"id": leader.id, "user_id": leader.user_id, "contact_id": leader.contact_id, "kind": leader.kind},
        )
        return await cursor.fetchall()


async def list_carried(conn: Conn, leader: UUID) -> list[Delivery]:
    """What travels with a delivery, oldest first, locked in the order of the ids."""
    async with conn.cursor(row_factory=store.DELIVERY_ROW) as cursor:
        await cursor.execute(
            """
            WITH carried AS (
                SELECT * FROM delivery WHERE carried_by = %s AND state = 'sending' ORDER BY id FOR UPDATE
            ) SELECT * FROM carried ORDER BY requested_at, id
            """,
            (leader,),
        )
        return await cursor.fetchall()


async def list_travelled(conn: Conn, leader: UUID) -> list[Delivery]:
    """What has travelled with a delivery, whatever has become of it, oldest first."""
    async with conn.cursor(row_factory=store.DELIVERY_ROW) as cursor:
        await cursor.execute("SELECT * FROM delivery WHERE carried_by = %s ORDER BY requested_at, id", (leader,))
        return await cursor.fetchall()


async def update_rejoined(conn: Conn, delivery_id: UUID, reason: FailureReason | None, answer: str) -> None:
    """It travels once more with the delivery that carries it."""
    await conn.execute(
        """
        UPDATE delivery SET state = 'sending', reason = %s, answer = %s, silence_at = NULL, on_silence = NULL
        WHERE id = %s
        """,
        (reason, answer, delivery_id),
    )


async def end_unwanted(conn: Conn, leader: UUID, now: datetime) -> None:
    """Before another try: what was superseded since the last travels no more."""
    await conn.execute(
        """
        UPDATE delivery SET state = 'superseded', ended_at = %s
        WHERE carried_by = %s AND state = 'sending' AND superseded IS NOT NULL
        """,
        (now, leader),
    )


async def release_carried(conn: Conn, leaders: Sequence[UUID], now: datetime) -> list[Delivery]:
    """What travelled with deliveries that are not sent after all waits for itself again; those that do."""
    async with conn.cursor(row_factory=store.DELIVERY_ROW) as cursor:
        await cursor.execute(
            """
            WITH carried AS (
                SELECT id FROM delivery WHERE carried_by = any(%(leaders)b) AND state = 'sending' ORDER BY id FOR UPDATE
            ), freed AS (
                UPDATE delivery d SET carried_by = NULL, attempts = 0, due_at = %(now)s,
                    state = CASE WHEN superseded IS NULL THEN 'waiting' ELSE 'superseded' END,
                    ended_at = CASE WHEN superseded IS NOT NULL THEN %(now)s::timestamptz END
                FROM carried WHERE d.id = carried.id RETURNING d.*
            ) SELECT * FROM freed WHERE state = 'waiting' ORDER BY requested_at, id
            """,
            {"leaders": list(leaders), "now": now},
        )
        return await cursor.fetchall()
