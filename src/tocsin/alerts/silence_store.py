"""Statements of silences."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg.rows import class_row

from tocsin.alerts.silencing import Silence
from tocsin.kernel.db import Conn, as_jsonb
from tocsin.kernel.matchers import Matcher, Op


class SilenceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the table."""

    id: UUID
    matchers: list[dict[str, Any]]
    starts_at: datetime
    ends_at: datetime
    created_by: str
    comment: str
    updated_at: datetime
    integration_id: int | None


def silence_of(row: SilenceRow) -> Silence:
    matchers = tuple(Matcher(each["name"], Op(each["op"]), each["value"]) for each in row.matchers)
    return Silence(
        id=str(row.id),
        matchers=matchers,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        created_by=row.created_by,
        comment=row.comment,
        updated_at=row.updated_at,
        integration_id=row.integration_id,
    )


async def list_silences(conn: Conn, integration_id: int | None, since: datetime) -> list[Silence]:
    """Those that end after `since`; for an integration only its own, for None all."""
    async with conn.cursor(row_factory=class_row(SilenceRow)) as cursor:
        await cursor.execute(
            """
            select id, matchers, starts_at, ends_at, created_by, comment, updated_at, integration_id from silence
            where ends_at > %(since)s and (%(own)s::bigint is null or integration_id = %(own)s)
            order by ends_at, starts_at, id
            """,
            {"own": integration_id, "since": since},
        )
        return [silence_of(row) for row in await cursor.fetchall()]


async def find_silence(conn: Conn, silence_id: UUID, integration_id: int | None) -> Silence | None:
    """One silence, unless it belongs to another integration than the caller's."""
    async with conn.cursor(row_factory=class_row(SilenceRow)) as cursor:
        await cursor.execute(
            """
            select id, matchers, starts_at, ends_at, created_by, comment, updated_at, integration_id from silence
            where id = %(id)s and (%(own)s::bigint is null or integration_id = %(own)s)
            """,
            {"id": silence_id, "own": integration_id},
        )
        row = await cursor.fetchone()
        return None if row is None else silence_of(row)


async def hold_silences(conn: Conn, ids: Iterable[str]) -> list[Silence]:
    """As they stand now, kept from changing until the transaction ends; others may hold them, too."""
    async with conn.cursor(row_factory=class_row(SilenceRow)) as cursor:
        await cursor.execute(
            """
            select id, matchers, starts_at, ends_at, created_by, comment, updated_at, integration_id from silence
            where id = any(%(ids)s) order by id for share
            """,
            {"ids": [UUID(each) for each in ids]},
        )
        return [silence_of(row) for row in await cursor.fetchall()]


async def lock_silence(conn: Conn, silence_id: UUID, integration_id: int | None) -> Silence | None:
    """The same, to change it."""
    await conn.execute("select id from silence where id = %s for update", (silence_id,))
    return await find_silence(conn, silence_id, integration_id)


async def upsert_silence(conn: Conn, silence: Silence) -> None:
    matchers = [{"name": each.name, "op": each.op, "value": each.value} for each in silence.matchers]
    await conn.execute(
        """
        insert into silence (id, matchers, starts_at, ends_at, created_by, comment, updated_at, integration_id)
        values (%s, %s, %s, %s, %s, %s, %s, %s)
        on conflict (id) do update set
            matchers = excluded.matchers, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
            created_by = excluded.created_by, comment = excluded.comment, updated_at = excluded.updated_at
        """,
        (
            UUID(silence.id),
            as_jsonb(matchers),
            silence.starts_at,
            silence.ends_at,
            silence.created_by,
            silence.comment,
            silence.updated_at,
            silence.integration_id,
        ),
    )
