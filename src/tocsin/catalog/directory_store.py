"""Every statement about groups and vendors."""

from typing import LiteralString

from tocsin.catalog.model import Group, Vendor
from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn

_VENDOR: LiteralString = "SELECT name, email, phone, contract, ticket, hours, managed_by FROM vendor "


async def list_groups(conn: Conn) -> list[Group]:
    """All groups, by name."""
    async with conn.cursor(row_factory=struct_row(Group)) as cursor:
        await cursor.execute("SELECT name, members, managed_by FROM people_group ORDER BY name")
        return await cursor.fetchall()


async def find_group(conn: Conn, name: str) -> Group | None:
    async with conn.cursor(row_factory=struct_row(Group)) as cursor:
        await cursor.execute("SELECT name, members, managed_by FROM people_group WHERE name = %s", (name,))
        return await cursor.fetchone()


async def upsert_group(conn: Conn, group: Group) -> None:
    await conn.execute(
        """
        INSERT INTO people_group (name, members, managed_by) VALUES (%s, %s, %s)
        ON CONFLICT (name) DO UPDATE SET members = excluded.members, managed_by = excluded.managed_by
        """,
        (group.name, list(group.members), group.managed_by),
    )


async def delete_group(conn: Conn, name: str) -> None:
    await conn.execute("DELETE FROM people_group WHERE name = %s", (name,))


async def list_vendors(conn: Conn) -> list[Vendor]:
    """All vendors, by name."""
    async with conn.cursor(row_factory=struct_row(Vendor)) as cursor:
        await cursor.execute(_VENDOR + "ORDER BY name")
        return await cursor.fetchall()


async def find_vendor(conn: Conn, name: str) -> Vendor | None:
    async with conn.cursor(row_factory=struct_row(Vendor)) as cursor:
        await cursor.execute(_VENDOR + "WHERE name = %s", (name,))
        return await cursor.fetchone()


async def upsert_vendor(conn: Conn, vendor: Vendor) -> None:
    await conn.execute(
        """
        INSERT INTO vendor (name, email, phone, contract, ticket, hours, managed_by) VALUES (%s, %s, %s, %s, %s, %s, %s)
        ON CONFLICT (name) DO UPDATE SET
            email = excluded.email, phone = excluded.phone, contract = excluded.contract, ticket = excluded.ticket,
            hours = excluded.hours, managed_by = excluded.managed_by
        """,
        (vendor.name, vendor.email, vendor.phone, vendor.contract, vendor.ticket, vendor.hours, vendor.managed_by),
    )


async def delete_vendor(conn: Conn, name: str) -> None:
    await conn.execute("DELETE FROM vendor WHERE name = %s", (name,))
