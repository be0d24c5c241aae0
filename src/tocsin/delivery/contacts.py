"""Use cases about contacts and notification rules: who can be reached how."""

from collections.abc import Sequence

from tocsin.delivery import contact_store
from tocsin.delivery.model import Contact, ContactDraft, NotificationRule
from tocsin.kernel.db import Conn
from tocsin.kernel.tx import Tx


async def replace_contacts(
    tx: Tx, user_id: int, drafts: Sequence[ContactDraft], rules: Sequence[NotificationRule], managed_by: str | None
) -> None:
    """Makes these the person's contacts and rules. A contact that stays keeps its id, its proof and its secret; one
    that goes is disabled, and what was on its way by it still goes out.
    """
    await contact_store.disable_contacts_except(tx.conn, user_id, drafts, tx.now)
    await contact_store.upsert_contacts(tx.conn, user_id, drafts, managed_by, tx.now)
    await contact_store.delete_rules(tx.conn, user_id)
    await contact_store.insert_rules(tx.conn, user_id, rules)


async def list_contacts(conn: Conn, user_id: int) -> list[Contact]:
    """The enabled ones, oldest first, with their full addresses: for their owner and administrators."""
    return await contact_store.list_contacts(conn, user_id)


async def list_rules(conn: Conn, user_id: int) -> list[NotificationRule]:
    return await contact_store.list_rules(conn, user_id)


async def list_all_contacts(conn: Conn) -> list[Contact]:
    """The enabled ones of everybody."""
    return await contact_store.list_all_contacts(conn)


async def list_all_rules(conn: Conn) -> dict[int, list[NotificationRule]]:
    """Everybody's rules in their order, by the user's id."""
    found: dict[int, list[NotificationRule]] = {}
    for user_id, rule in await contact_store.list_all_rules(conn):
        found.setdefault(user_id, []).append(rule)
    return found


async def list_unproven(conn: Conn) -> list[Contact]:
    """Contacts that nobody has ever answered by (PAG-3)."""
    return [contact for contact in await contact_store.list_all_contacts(conn) if contact.proven_at is None]
