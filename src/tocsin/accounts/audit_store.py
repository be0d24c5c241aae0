"""Every statement that reads the audit log: the ledger's topic `audit`, and its seals."""

from collections.abc import Sequence

import msgspec
from psycopg.rows import class_row

from tocsin.accounts.audit_model import AuditFilter, Sealed
from tocsin.kernel.db import Conn
from tocsin.kernel.ledger import LedgerEntry


async def list_audit(conn: Conn, scopes: Sequence[int], wanted: AuditFilter, limit: int) -> list[LedgerEntry]:
    """The latest first."""
    async with conn.cursor(row_factory=class_row(LedgerEntry)) as cursor:
        await cursor.execute(
            """
            select id, at, kind, topic, scope_id, actor, sentence, data from ledger
            where topic = 'audit' and scope_id = any(%(scopes)b)
              and (%(before_id)s::bigint is null or id < %(before_id)s)
              and (%(person)s::text is null or actor = %(person)s or actor = '@' || %(person)s)
              and (%(words)s::text is null or strpos(lower(sentence), lower(%(words)s)) > 0)
              and (%(since)s::timestamptz is null or at >= %(since)s)
              and (%(until)s::timestamptz is null or at < %(until)s)
              and (not %(refused_only)s or data ->> 'outcome' = 'refused')
            order by id desc limit %(limit)s
            """,
            {**msgspec.structs.asdict(wanted), "scopes": list(scopes), "limit": limit},
        )
        return await cursor.fetchall()


async def count_hidden(conn: Conn, scopes: Sequence[int]) -> int:
    """Entries about something private that lies outside these scopes."""
    cursor = await conn.execute(
        "select count(*) from ledger where topic = 'audit' and scope_id <> all(%b)", (list(scopes),)
    )
    row = await cursor.fetchone()
    assert row is not None  # an aggregate gives one row
    return int(row[0])


async def find_sealed(conn: Conn) -> Sealed:
    """How far the chain reaches, and how much waits for its seal."""
    async with conn.cursor(row_factory=class_row(Sealed)) as cursor:
        await cursor.execute(
            """
            with last as (select coalesce(max(up_to_id), 0) as up_to_id, max(sealed_at) as sealed_at from ledger_seal)
            select last.sealed_at,
                   coalesce((select sum(cardinality(entry_ids)) from ledger_seal), 0)::bigint as sealed,
                   (select count(*) from ledger where topic = 'audit' and id > last.up_to_id) as waiting
            from last
            """
        )
        row = await cursor.fetchone()
    assert row is not None  # `last` is an aggregate
    return row
