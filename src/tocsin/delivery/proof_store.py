"""Every statement about proofs. One row a way: a contact, or the account's own e-mail address by its digest, so that an
answer by an earlier address proves nothing of the one that took its place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

import msgspec

from tocsin.db.rows import struct_row
from tocsin.delivery.proof_model import Record, WayKey
from tocsin.kernel.db import Conn

_RECORD: LiteralString = """
    SELECT user_id, contact_id, email_digest, begun_at, answered_at, asked_at, answer_by, reminded_at, missed_at, misses
    FROM contact_proof
"""
_RECORD_ROW = struct_row(Record)


async def list_records(conn: Conn, user_ids: Sequence[int]) -> list[Record]:
    """All that is kept of these people's ways, also of those that they have no more."""
    async with conn.cursor(row_factory=_RECORD_ROW) as cursor:
        await cursor.execute(_RECORD + "WHERE user_id = any(%b)", (list(user_ids),))
        return await cursor.fetchall()


async def lock_record(conn: Conn, key: WayKey) -> Record | None:
    """One way's, to write it."""
    async with conn.cursor(row_factory=_RECORD_ROW) as cursor:
        await cursor.execute(
            _RECORD + "WHERE user_id = %s AND contact_id IS NOT DISTINCT FROM %s AND email_digest = %s FOR UPDATE", key
        )
        return await cursor.fetchone()


async def upsert_record(conn: Conn, record: Record, now: datetime) -> None:
    """As given from now on; it is kept since then, if it was not before."""
    await conn.execute(
        """
        INSERT INTO contact_proof (user_id, contact_id, email_digest, begun_at, answered_at, asked_at, answer_by,
            reminded_at, missed_at, misses)
        VALUES (%(user_id)s, %(contact_id)s, %(email_digest)s, %(now)s, %(answered_at)s, %(asked_at)s, %(answer_by)s,
            %(reminded_at)s, %(missed_at)s, %(misses)s)
        ON CONFLICT (user_id, contact_id, email_digest) DO UPDATE SET
            answered_at = excluded.answered_at, asked_at = excluded.asked_at, answer_by = excluded.answer_by,
            reminded_at = excluded.reminded_at, missed_at = excluded.missed_at, misses = excluded.misses
        """,
        {"now": now, **msgspec.structs.asdict(record)},
    )
