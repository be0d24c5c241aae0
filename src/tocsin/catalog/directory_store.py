"""Every statement about groups, vendors and chats."""

from typing import LiteralString

from msgspec.structs import replace

from tocsin.catalog.model import Chat, Group, Vendor
from tocsin.db.rows import opened_row, struct_row
from tocsin.kernel.db import Conn
from tocsin.kernel.resealing import Sealed
from tocsin.kernel.secrets import Keyring

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


def _place(name: str) -> str:
    return f"chat.address/{name}"


def _opened(chat: Chat, keyring: Keyring) -> Chat:
    """With its address, or UNREADABLE for one (SEC-3)."""
    return replace(chat, address=keyring.read(chat.address, _place(chat.name)))


_CHAT_ROW = opened_row(Chat, _opened)


async def list_chats(conn: Conn) -> list[Chat]:
    """All chats, by name."""
    async with conn.cursor(row_factory=_CHAT_ROW) as cursor:
        await cursor.execute("SELECT name, kind, address, managed_by FROM chat ORDER BY name")
        return await cursor.fetchall()


async def list_chats_by_name(conn: Conn, names: list[str]) -> list[Chat]:
    """Those that exist, by name."""
    async with conn.cursor(row_factory=_CHAT_ROW) as cursor:
        await cursor.execute(
            "SELECT name, kind, address, managed_by FROM chat WHERE name = any(%s) ORDER BY name", (names,)
        )
        return await cursor.fetchall()


async def upsert_chat(conn: Conn, chat: Chat) -> None:
    await conn.execute(
        """
        INSERT INTO chat (name, kind, address, managed_by) VALUES (%s, %s, %s, %s)
        ON CONFLICT (name) DO UPDATE SET
            kind = excluded.kind, address = excluded.address, managed_by = excluded.managed_by
        """,
        (chat.name, chat.kind, conn.keyring.seal(chat.address, _place(chat.name)), chat.managed_by),
    )


async def delete_chat(conn: Conn, name: str) -> None:
    await conn.execute("DELETE FROM chat WHERE name = %s", (name,))


SEALED = Sealed(
    "chat.address",
    """
    SELECT name, address, name FROM chat
    WHERE %(after)s::text IS NULL OR name > %(after)s ORDER BY name LIMIT %(most)s
    """,
    "UPDATE chat SET address = %(value)s WHERE name = %(key)s AND address = %(before)s",
    _place,
)
