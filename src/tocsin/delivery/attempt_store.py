"""Every statement about the attempts to send a delivery."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from tocsin.db.rows import struct_row
from tocsin.delivery.model import Attempt, Endpoint, Word
from tocsin.kernel.db import Conn
from tocsin.kernel.outbound import FailureReason
from tocsin.kernel.questions import Question


async def list_attempts(conn: Conn, delivery_ids: Sequence[UUID]) -> list[Attempt]:
    """In the order in which they began."""
    async with conn.cursor(row_factory=struct_row(Attempt)) as cursor:
        await cursor.execute(
            """
            SELECT delivery_id, n, started_at, ended_at, outcome, reason, answer, endpoint FROM delivery_attempt
            WHERE delivery_id = any(%b) ORDER BY started_at, n
            """,
            (list(delivery_ids),),
        )
        return await cursor.fetchall()


async def list_endpoints(conn: Conn, no_answer: Sequence[FailureReason], since: datetime) -> list[Endpoint]:
    """Every peer that was tried since then; of these reasons a failure is no answer."""
    async with conn.cursor(row_factory=struct_row(Endpoint)) as cursor:
        await cursor.execute(
            """
            WITH recent AS (
                SELECT d.kind, a.endpoint, a.started_at, a.ended_at, a.answer, a.outcome,
                    coalesce(a.outcome = 'failed' AND a.reason = any(%(no_answer)s), false) AS is_silent
                FROM delivery_attempt a JOIN delivery d ON d.id = a.delivery_id
                WHERE a.started_at > %(since)s AND a.outcome <> 'interrupted'
            ), answered AS (
                SELECT endpoint, max(ended_at) AS at FROM recent WHERE NOT is_silent GROUP BY endpoint
            ), failed AS (
                SELECT DISTINCT ON (endpoint) endpoint, ended_at AS at, answer FROM recent
                WHERE outcome = 'failed' ORDER BY endpoint, ended_at DESC
            )
            SELECT r.kind, r.endpoint,
                count(*) FILTER (WHERE r.ended_at > coalesce(answered.at, '-infinity')) AS failures,
                min(r.started_at) FILTER (WHERE r.ended_at > coalesce(answered.at, '-infinity')) AS failing_since,
                failed.at AS last_failure_at, coalesce(failed.answer, '') AS last_failure, answered.at AS last_answer_at
            FROM recent r LEFT JOIN answered USING (endpoint) LEFT JOIN failed USING (endpoint)
            GROUP BY r.kind, r.endpoint, failed.at, failed.answer, answered.at
            ORDER BY r.kind, r.endpoint
            """,
            {"no_answer": [str(reason) for reason in no_answer], "since": since},
        )
        return await cursor.fetchall()


async def begin_attempt(conn: Conn, delivery_id: UUID, endpoint: str, now: datetime) -> int | None:
    """Marks the delivery as being sent and opens its next attempt; the number of it, None when it is not wanted.

    An attempt that was left open by a process that ended in it is closed as interrupted (REL-2). The commit of whatever
    transaction this is part of does not wait for the disk, as by `kernel.db.spare_the_disk`.
    """
    parameters = {"id": delivery_id, "now": now, "endpoint": endpoint}
    cursor = await conn.execute("WITH" + BEGUN_IF_WANTED + INTERRUPTED + ATTEMPT, parameters, prepare=True)
    row = await cursor.fetchone()
    return row[0] if row else None


BEGUN_IF_WANTED: LiteralString = """
    begun AS (
        UPDATE delivery SET state = 'sending', attempts = attempts + 1
        WHERE id = %(id)s AND state IN ('waiting', 'sending') AND superseded IS NULL AND carried_by IS NULL
          AND set_config('synchronous_commit', 'off', true) = 'off'
"""
"""Marks a delivery as being sent. In one statement with `INTERRUPTED` and `ATTEMPT`, or further conditions before."""

INTERRUPTED: LiteralString = """
        RETURNING attempts
    ), interrupted AS (
        UPDATE delivery_attempt SET ended_at = %(now)s, outcome = 'interrupted'
        WHERE delivery_id = %(id)s AND ended_at IS NULL
    )
"""
ATTEMPT: LiteralString = """
    INSERT INTO delivery_attempt (delivery_id, n, started_at, answer, endpoint)
    SELECT %(id)s, attempts, %(now)s, '', %(endpoint)s FROM begun
    RETURNING n
"""


async def end_attempt_failed(conn: Conn, delivery_id: UUID, reason: FailureReason, answer: str, now: datetime) -> None:
    """Closes the attempt that is open, if there is one."""
    await conn.execute(
        """
        UPDATE delivery_attempt SET ended_at = %(now)s, outcome = 'failed', reason = %(reason)s, answer = %(answer)s
        WHERE delivery_id = %(id)s AND ended_at IS NULL
        """,
        {"id": delivery_id, "now": now, "reason": reason, "answer": answer},
    )


def sent(delivery_id: UUID, answer: str, ref: str, now: datetime) -> Question[int | None]:
    """The delivery and the attempt that is open. Answers who may read of it by now, the scope's id: what it is about
    may have become private during the send. None when a report about it came before."""
    return Question(_SENT, {"id": delivery_id, "now": now, "answer": answer, "ref": ref}, _scope)


def _scope(rows: list[tuple[int]]) -> int | None:
    return rows[0][0] if rows else None


_SENT: LiteralString = """
    WITH attempt AS (
        UPDATE delivery_attempt SET ended_at = %(now)s, outcome = 'sent', answer = %(answer)s
        WHERE delivery_id = %(id)s AND ended_at IS NULL
    )
    UPDATE delivery SET state = 'sent', sent_at = %(now)s, ended_at = %(now)s, reason = NULL, answer = %(answer)s,
        ref = %(ref)s
    WHERE id = %(id)s AND state = 'sending'
    RETURNING scope_id
"""


def taken(
    delivery_id: UUID, answer: str, ref: str, now: datetime, silence_at: datetime, on_silence: Word
) -> Question[int | None]:
    """As `sent`, for what its provider has still to bring."""
    return Question(
        _TAKEN,
        {
            "id": delivery_id,
            "now": now,
            "answer": answer,
            "ref": ref,
            "silence_at": silence_at,
            "on_silence": on_silence,
        },
        _scope,
    )


_TAKEN: LiteralString = """
    WITH attempt AS (
        UPDATE delivery_attempt SET ended_at = %(now)s, outcome = 'taken', answer = %(answer)s
        WHERE delivery_id = %(id)s AND ended_at IS NULL
    )
    UPDATE delivery SET state = 'taken', taken_at = %(now)s, silence_at = %(silence_at)s,
        on_silence = %(on_silence)s, reason = NULL, answer = %(answer)s, ref = %(ref)s
    WHERE id = %(id)s AND state = 'sending'
    RETURNING scope_id
"""
