"""The statements about what providers say later of messages that they took."""

from datetime import datetime
from uuid import UUID

from tocsin.delivery import store
from tocsin.delivery.model import Delivery
from tocsin.kernel.db import Conn
from tocsin.kernel.outbound import FailureReason


async def find_by_ref(conn: Conn, kind: str, ref: str) -> Delivery | None:
    """The latest one that its provider calls so."""
    async with conn.cursor(row_factory=store.DELIVERY_ROW) as cursor:
        await cursor.execute(
            """
            SELECT * FROM delivery WHERE kind = %s AND ref = %s AND ref <> '' ORDER BY requested_at DESC LIMIT 1
            """,
            (kind, ref),
        )
        return await cursor.fetchone()


async def update_arrived(conn: Conn, delivery_id: UUID, answer: str, now: datetime) -> None:
    await conn.execute(
        """
        UPDATE delivery SET state = 'sent', sent_at = %(now)s, ended_at = %(now)s, reason = NULL, answer = %(answer)s,
            silence_at = NULL, on_silence = NULL
        WHERE id = %(id)s
        """,
        {"id": delivery_id, "now": now, "answer": answer},
    )


async def update_lost_attempt(conn: Conn, delivery_id: UUID, reason: FailureReason | None, answer: str) -> None:
    """Of the attempts that the peer took the last one; what did not arrive was not refused by the peer, though."""
    await conn.execute(
        """
        UPDATE delivery_attempt SET outcome = 'lost', reason = %(reason)s, answer = %(answer)s
        WHERE delivery_id = %(id)s AND outcome IN ('taken', 'sent')
          AND n = (SELECT max(n) FROM delivery_attempt WHERE delivery_id = %(id)s)
        """,
        {"id": delivery_id, "reason": reason, "answer": answer},
    )
