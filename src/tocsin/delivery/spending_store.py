"""Every statement about what deliveries cost."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from tocsin.db.rows import struct_row
from tocsin.delivery.spending import Spent
from tocsin.kernel.db import Conn


async def insert_cost(conn: Conn, delivery_id: UUID, kind: str, amount: Decimal, now: datetime) -> None:
    """Of one try; two of one delivery at one instant are added up."""
    await conn.execute(
        """
        INSERT INTO delivery_cost (delivery_id, at, kind, amount) VALUES (%s, %s, %s, %s)
        ON CONFLICT (delivery_id, at) DO UPDATE SET amount = delivery_cost.amount + excluded.amount
        """,
        (delivery_id, now, kind, amount),
    )


async def insert_cost_of_open_attempt(conn: Conn, delivery_id: UUID, kind: str, amount: Decimal) -> None:
    """Of the try that nobody has ended, at the instant when it began; once, however often this is asked."""
    await conn.execute(
        """
        INSERT INTO delivery_cost (delivery_id, at, kind, amount)
        SELECT delivery_id, started_at, %(kind)s, %(amount)s FROM delivery_attempt
        WHERE delivery_id = %(id)s AND ended_at IS NULL
        ON CONFLICT (delivery_id, at) DO NOTHING
        """,
        {"id": delivery_id, "kind": kind, "amount": amount},
    )


async def repeat_cost_for_open_attempt(conn: Conn, delivery_id: UUID) -> None:
    """Of the try that nobody has ended, what the one before it has cost; nothing where that has cost nothing."""
    await conn.execute(
        """
        INSERT INTO delivery_cost (delivery_id, at, kind, amount)
        SELECT a.delivery_id, a.started_at, before.kind, before.amount
        FROM delivery_attempt a, LATERAL (
            SELECT kind, amount FROM delivery_cost c WHERE c.delivery_id = a.delivery_id ORDER BY c.at DESC LIMIT 1
        ) AS before
        WHERE a.delivery_id = %s AND a.ended_at IS NULL
        ON CONFLICT (delivery_id, at) DO NOTHING
        """,
        (delivery_id,),
    )


async def read_spent(conn: Conn, today: datetime, month: datetime) -> list[Spent]:
    """Since these two instants, by kind."""
    async with conn.cursor(row_factory=struct_row(Spent)) as cursor:
        await cursor.execute(
            """
            SELECT kind, coalesce(sum(amount) FILTER (WHERE at >= %(today)s), 0) AS today, sum(amount) AS month
            FROM delivery_cost WHERE at >= %(month)s GROUP BY kind ORDER BY kind
            """,
            {"today": today, "month": month},
        )
        return await cursor.fetchall()


async def sum_of_topic(conn: Conn, topic: str) -> Decimal:
    """Of all messages about one thing."""
    cursor = await conn.execute(
        """
        SELECT coalesce(sum(c.amount), 0) FROM delivery_cost c JOIN delivery d ON d.id = c.delivery_id
        WHERE d.topic = %s
        """,
        (topic,),
    )
    row = await cursor.fetchone()
    assert row is not None
    return row[0]
