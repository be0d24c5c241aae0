"""Statements of the configured tables: integrations, routes, inhibitions and their version."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from psycopg.rows import class_row

from tocsin.alerts.model import Integration
from tocsin.kernel.db import Conn, as_jsonb


class IntegrationRow(msgspec.Struct, frozen=True, kw_only=True):
    """An integration as stored; the key only as its hash, None once retired."""

    id: int
    name: str
    type: str
    key_hash: bytes | None
    service: str | None
    timeout: timedelta | None
    options: dict[str, Any]
    managed_by: str | None
    scope_id: int
    created_at: datetime
    retired_at: datetime | None
    last_used_at: datetime | None

    def as_integration(self) -> Integration:
        return Integration(
            id=self.id,
            name=self.name,
            type=self.type,
            service=self.service,
            timeout=self.timeout,
            options=self.options,
            scope_id=self.scope_id,
        )


async def list_integrations(conn: Conn, *, with_retired: bool = False) -> list[IntegrationRow]:
    """By name."""
    async with conn.cursor(row_factory=class_row(IntegrationRow)) as cursor:
        await cursor.execute(
            """
            select id, name, type, key_hash, service, timeout, options, managed_by, scope_id, created_at, retired_at,
                last_used_at
            from integration where %s or retired_at is null order by name
            """,
            (with_retired,),
        )
        return await cursor.fetchall()


async def retire_integrations(conn: Conn, names: Sequence[str], now: datetime) -> None:
    """Refuse the keys of integrations that are no longer in the file; their rows stay, alerts point at them."""
    await conn.execute(
        """
        update integration set key_hash = null, retired_at = %(now)s
        where retired_at is null and name = any(%(names)s)
        """,
        {"names": list(names), "now": now},
    )


async def release_keys(conn: Conn, names: Sequence[str]) -> None:
    """Let go of the keys of these integrations, so that they can change hands within one apply."""
    await conn.execute("update integration set key_hash = null where name = any(%s)", (list(names),))


async def upsert_integration(
    conn: Conn,
    *,
    name: str,
    type: str,
    key_hash: bytes,
    service: str | None,
    timeout: timedelta | None,
    options: dict[str, Any],
    managed_by: str | None,
    now: datetime,
) -> None:
    await conn.execute(
        """
        insert into integration (name, type, key_hash, service, timeout, options, managed_by, scope_id, created_at)
        values (%(name)s, %(type)s, %(key_hash)s, %(service)s, %(timeout)s, %(options)s, %(managed_by)s, 1, %(now)s)
        on conflict (name) do update set
            type = excluded.type, key_hash = excluded.key_hash, service = excluded.service, timeout =
            excluded.timeout,
            options = excluded.options, managed_by = excluded.managed_by, retired_at = null
        """,
        {
            "name": name,
            "type": type,
            "key_hash": key_hash,
            "service": service,
            "timeout": timeout,
            "options": as_jsonb(options),
            "managed_by": managed_by,
            "now": now,
        },
    )


async def update_last_used(conn: Conn, ids: Sequence[int], now: datetime) -> None:
    await conn.execute("update integration set last_used_at = %s where id = any(%s)", (now, list(ids)))


async def list_routes(conn: Conn) -> list[tuple[int, dict[str, Any]]]:
    """Position and definition, in order; position 0 is the default route."""
    cursor = await conn.execute("select position, definition from route order by position")
    return [(int(position), definition) for position, definition in await cursor.fetchall()]


async def replace_routes(conn: Conn, routes: Sequence[tuple[int, dict[str, Any]]]) -> None:
    await conn.execute("delete from route")
    document = as_jsonb([{"position": position, "definition": definition} for position, definition in routes])
    await conn.execute(
        """
        insert into route (position, definition)
        select position, definition from jsonb_to_recordset(%s) as d (position integer, definition jsonb)
        """,
        (document,),
    )


async def list_inhibitions(conn: Conn) -> list[dict[str, Any]]:
    cursor = await conn.execute("select definition from inhibition order by position")
    return [row[0] for row in await cursor.fetchall()]


async def replace_inhibitions(conn: Conn, inhibitions: Sequence[dict[str, Any]]) -> None:
    await conn.execute("delete from inhibition")
    await conn.execute(
        """
        insert into inhibition (position, definition)
        select position, definition from jsonb_array_elements(%s) with ordinality as d (definition, position)
        """,
        (as_jsonb(inhibitions),),
    )


async def raise_version(conn: Conn) -> None:
    await conn.execute("update alert_rules_version set version = version + 1")


async def get_version(conn: Conn) -> int:
    cursor = await conn.execute("select version from alert_rules_version", prepare=True)
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])
