"""Every statement about applied files and what is kept for later parts."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.config.document import SourceFile, Stored
from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn, as_jsonb


class FileRow(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was applied last."""

    name: str
    sha256: str
    sections: tuple[str, ...]
    applied_at: datetime
    applied_by: str


async def lock_config(conn: Conn) -> None:
    """One apply at a time; readers and plans go on."""
    await conn.execute("LOCK TABLE config_file IN SHARE ROW EXCLUSIVE MODE")


async def list_files(conn: Conn) -> list[FileRow]:
    """The files that have been applied, by name."""
    async with conn.cursor(row_factory=struct_row(FileRow)) as cursor:
        await cursor.execute("SELECT name, sha256, sections, applied_at, applied_by FROM config_file ORDER BY name")
        return await cursor.fetchall()


async def upsert_files(conn: Conn, files: Sequence[SourceFile], by: str, now: datetime) -> None:
    rows = [{"name": one.name, "sha256": one.sha256, "sections": one.sections} for one in files]
    await conn.execute(
        """
        INSERT INTO config_file (name, sha256, sections, applied_at, applied_by)
        SELECT name, sha256, ARRAY(SELECT jsonb_array_elements_text(sections)), %(now)s, %(by)s
        FROM jsonb_to_recordset(%(rows)s) AS new (name text, sha256 text, sections jsonb)
        ON CONFLICT (name) DO UPDATE SET sha256 = excluded.sha256, sections = excluded.sections,
            applied_at = excluded.applied_at, applied_by = excluded.applied_by
        """,
        {"rows": as_jsonb(rows), "by": by, "now": now},
    )


async def delete_files(conn: Conn, names: Sequence[str]) -> None:
    await conn.execute("DELETE FROM config_file WHERE name = ANY(%b)", (list(names),))


async def list_stored(conn: Conn) -> list[Stored]:
    """Everything that is kept for later parts, by section and name."""
    async with conn.cursor(row_factory=struct_row(Stored)) as cursor:
        await cursor.execute("SELECT section, name, definition, managed_by FROM config_stored ORDER BY section, name")
        return await cursor.fetchall()


async def upsert_stored(conn: Conn, stored: Stored) -> None:
    await conn.execute(
        """
        INSERT INTO config_stored (section, name, definition, managed_by) VALUES (%s, %s, %s, %s)
        ON CONFLICT (section, name) DO UPDATE SET definition = excluded.definition, managed_by = excluded.managed_by
        """,
        (stored.section, stored.name, as_jsonb(stored.definition), stored.managed_by),
    )


async def delete_stored(conn: Conn, section: str, name: str) -> None:
    await conn.execute("DELETE FROM config_stored WHERE section = %s AND name = %s", (section, name))
