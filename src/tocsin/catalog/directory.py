"""Use cases of the directory: groups of people who are told together, vendors who are asked for help, and the chats of
an organisation.
"""

from collections.abc import Sequence

from tocsin.catalog import directory_store as store
from tocsin.catalog.model import Chat, Group, Vendor
from tocsin.kernel.db import Conn
from tocsin.kernel.tx import Tx


async def list_groups(conn: Conn) -> list[Group]:
    """All groups, by name."""
    return await store.list_groups(conn)


async def find_group(conn: Conn, name: str) -> Group | None:
    """The group of that name, None: there is none."""
    return await store.find_group(conn, name)


async def put_group(tx: Tx, wanted: Group) -> None:
    """Make the group exactly this."""
    await store.upsert_group(tx.conn, wanted)


async def remove_group(tx: Tx, name: str) -> None:
    """The group is gone; whoever still names it reaches nobody."""
    await store.delete_group(tx.conn, name)


async def list_vendors(conn: Conn) -> list[Vendor]:
    """All vendors, by name."""
    return await store.list_vendors(conn)


async def find_vendor(conn: Conn, name: str) -> Vendor | None:
    """The vendor of that name, None: there is none."""
    return await store.find_vendor(conn, name)


async def put_vendor(tx: Tx, wanted: Vendor) -> None:
    """Make the vendor exactly this."""
    await store.upsert_vendor(tx.conn, wanted)


async def remove_vendor(tx: Tx, name: str) -> None:
    """The vendor is gone; whoever still names it reaches nobody."""
    await store.delete_vendor(tx.conn, name)


async def list_chats(conn: Conn) -> list[Chat]:
    """All chats, by name, with their addresses."""
    return await store.list_chats(conn)


async def list_chats_by_name(conn: Conn, names: Sequence[str]) -> list[Chat]:
    """Those of these that exist."""
    return await store.list_chats_by_name(conn, list(names)) if names else []


async def put_chat(tx: Tx, wanted: Chat) -> None:
    """Make the chat exactly this."""
    await store.upsert_chat(tx.conn, wanted)


async def remove_chat(tx: Tx, name: str) -> None:
    """The chat is gone; a step that still names it posts nowhere."""
    await store.delete_chat(tx.conn, name)
