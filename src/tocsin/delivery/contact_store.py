"""Every statement about contacts and notification rules."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import LiteralString

import msgspec

from tocsin.db.rows import opened_row, struct_row
from tocsin.delivery.model import Contact, ContactDraft, NotificationRule, Urgency
from tocsin.delivery.sealing import contact_place, opened_contact, sealed_address
from tocsin.kernel.db import Conn, as_jsonb
from tocsin.kernel.resealing import Sealed

_CONTACT_ROW = opened_row(Contact, opened_contact)

_CONTACT: LiteralString = """
    SELECT id, user_id, kind, address, managed_by, proven_at, disabled_at FROM contact
"""


async def list_contacts(conn: Conn, user_id: int) -> list[Contact]:
    """The enabled contacts of one person, oldest first."""
    async with conn.cursor(row_factory=_CONTACT_ROW) as cursor:
        await cursor.execute(_CONTACT + "WHERE user_id = %s AND disabled_at IS NULL ORDER BY id", (user_id,))
        return await cursor.fetchall()


async def list_all_contacts(conn: Conn) -> list[Contact]:
    """The enabled contacts of everybody."""
    async with conn.cursor(row_factory=_CONTACT_ROW) as cursor:
        await cursor.execute(_CONTACT + "WHERE disabled_at IS NULL ORDER BY user_id, id")
        return await cursor.fetchall()


async def list_contacts_of(conn: Conn, user_ids: Sequence[int]) -> list[Contact]:
    """The enabled contacts of these people, oldest first."""
    async with conn.cursor(row_factory=_CONTACT_ROW) as cursor:
        await cursor.execute(
            _CONTACT + "WHERE user_id = any(%b) AND disabled_at IS NULL ORDER BY user_id, id", (list(user_ids),)
        )
        return await cursor.fetchall()


async def list_rules(conn: Conn, user_id: int) -> list[NotificationRule]:
    """In their order."""
    async with conn.cursor(row_factory=struct_row(NotificationRule)) as cursor:
        await cursor.execute(
            "SELECT urgency, kind, delay FROM notification_rule WHERE user_id = %s ORDER BY urgency, position",
            (user_id,),
        )
        return await cursor.fetchall()


async def list_all_rules(conn: Conn) -> list[tuple[int, NotificationRule]]:
    """The user's id and the rule, in their order."""
    cursor = await conn.execute(
        "SELECT user_id, urgency, kind, delay FROM notification_rule ORDER BY user_id, urgency, position"
    )
    return [(row[0], NotificationRule(Urgency(row[1]), row[2], row[3])) for row in await cursor.fetchall()]


async def list_rules_of(conn: Conn, user_ids: Sequence[int]) -> list[tuple[int, NotificationRule]]:
    """The same of these people."""
    cursor = await conn.execute(
        """
        SELECT user_id, urgency, kind, delay FROM notification_rule WHERE user_id = any(%b)
        ORDER BY user_id, urgency, position
        """,
        (list(user_ids),),
    )
    return [(row[0], NotificationRule(Urgency(row[1]), row[2], row[3])) for row in await cursor.fetchall()]


class _Rule(msgspec.Struct, frozen=True):
    urgency: Urgency
    kind: str
    seconds: float


class _Told(msgspec.Struct, frozen=True):
    contacts: list[Contact]
    rules: list[_Rule]


async def list_contacts_and_rules(conn: Conn, user_id: int) -> tuple[list[Contact], list[NotificationRule]]:
    """Both of the above in one statement, for the way of every page."""
    async with conn.cursor(row_factory=struct_row(_Told)) as cursor:
        await cursor.execute(
            """
            SELECT
                ARRAY(SELECT to_jsonb(c) FROM contact c
                      WHERE user_id = %(user_id)s AND disabled_at IS NULL ORDER BY id) AS contacts,
                ARRAY(SELECT jsonb_build_object('urgency', urgency, 'kind', kind, 'seconds', extract(epoch FROM delay))
                      FROM notification_rule WHERE user_id = %(user_id)s ORDER BY urgency, position) AS rules
            """,
            {"user_id": user_id},
            prepare=True,
        )
        told = await cursor.fetchone()
    assert told is not None
    contacts = [opened_contact(contact, conn.keyring) for contact in told.contacts]
    return contacts, [NotificationRule(r.urgency, r.kind, timedelta(seconds=r.seconds)) for r in told.rules]


async def upsert_contacts(
    conn: Conn, user_id: int, drafts: Sequence[ContactDraft], managed_by: str | None, now: datetime
) -> None:
    """Writes each; one that was disabled comes back with its old id, and so with its old webhook secret."""
    await conn.execute(
        """
        INSERT INTO contact (user_id, kind, address, address_digest, managed_by, created_at)
        SELECT %(user_id)s, kind, address, address_digest, %(managed_by)s, %(now)s
        FROM ROWS FROM (jsonb_to_recordset(%(drafts)s) AS (kind text, address text, address_digest text))
            WITH ORDINALITY AS new(kind, address, address_digest, place)
        ORDER BY place
        ON CONFLICT (user_id, kind, address_digest)
        DO UPDATE SET address = excluded.address, managed_by = excluded.managed_by, disabled_at = NULL
        """,
        {"user_id": user_id, "managed_by": managed_by, "now": now, "drafts": as_jsonb(_sealed(conn, user_id, drafts))},
    )


async def disable_contacts_except(conn: Conn, user_id: int, drafts: Sequence[ContactDraft], now: datetime) -> None:
    """Disables every contact of the person that is not among the drafts."""
    await conn.execute(
        """
        UPDATE contact SET disabled_at = %(now)s
        WHERE user_id = %(user_id)s AND disabled_at IS NULL AND NOT EXISTS (
            SELECT FROM jsonb_to_recordset(%(drafts)s) AS kept(kind text, address_digest text)
            WHERE kept.kind = contact.kind AND kept.address_digest = contact.address_digest)
        """,
        {"user_id": user_id, "now": now, "drafts": as_jsonb(_sealed(conn, user_id, drafts))},
    )


def _sealed(conn: Conn, user_id: int, drafts: Sequence[ContactDraft]) -> list[dict[str, str]]:
    """As the columns of a contact take them."""
    places = [contact_place(user_id, draft.kind) for draft in drafts]
    return [
        {
            "kind": draft.kind,
            "address": sealed_address(conn.keyring, draft.kind, draft.address, place),
            "address_digest": conn.keyring.digest(draft.address, place),
        }
        for draft, place in zip(drafts, places, strict=True)
    ]


async def delete_rules(conn: Conn, user_id: int) -> None:
    await conn.execute("DELETE FROM notification_rule WHERE user_id = %s", (user_id,))


async def insert_rules(conn: Conn, user_id: int, rules: Sequence[NotificationRule]) -> None:
    """Positions follow the order given."""
    seconds = [{"urgency": r.urgency, "kind": r.kind, "delay": r.delay.total_seconds()} for r in rules]
    await conn.execute(
        """
        INSERT INTO notification_rule (user_id, urgency, position, kind, delay)
        SELECT %s, urgency, row_number() OVER (PARTITION BY urgency ORDER BY place), kind, delay * interval '1 second'
        FROM ROWS FROM (jsonb_to_recordset(%s) AS (urgency text, kind text, delay double precision))
            WITH ORDINALITY AS new(urgency, kind, delay, place)
        """,
        (user_id, as_jsonb(seconds)),
    )


async def update_contact_proven(conn: Conn, contact_id: int, now: datetime) -> None:
    """The first answer counts."""
    await conn.execute("UPDATE contact SET proven_at = %s WHERE id = %s AND proven_at IS NULL", (now, contact_id))


async def list_users_with_contact(conn: Conn, user_ids: Sequence[int]) -> list[int]:
    cursor = await conn.execute(
        "SELECT DISTINCT user_id FROM contact WHERE user_id = any(%b) AND disabled_at IS NULL", (list(user_ids),)
    )
    return [row[0] for row in await cursor.fetchall()]


SEALED = Sealed(
    "contact.address",
    """
    SELECT id, address, user_id, kind FROM contact
    WHERE kind <> 'email' AND (%(after)s::bigint IS NULL OR id > %(after)s) ORDER BY id LIMIT %(most)s
    """,
    "UPDATE contact SET address = %(value)s WHERE id = %(key)s AND address = %(before)s",
    contact_place,
)
