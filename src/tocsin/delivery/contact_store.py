"""Every statement about contacts and notification rules."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import LiteralString

import msgspec

from tocsin.db.rows import opened_row, struct_row
from tocsin.delivery.model import Contact, ContactDraft, Habit, NotificationRule, Told, Urgency
from tocsin.delivery.sealing import contact_place, opened_contact, sealed_address
from tocsin.kernel.db import Conn, as_jsonb
from tocsin.kernel.questions import Question, ask_one
from tocsin.kernel.resealing import Sealed
from tocsin.kernel.secrets import Keyring

CONTACT_ROW = opened_row(Contact, opened_contact)

CONTACT: LiteralString = """
    SELECT id, user_id, kind, address, managed_by, added_by, verified_at, position, proven_at, disabled_at, broken_at,
        broken_why
    FROM contact
"""
_ORDER: LiteralString = "managed_by IS NULL AND added_by IS NOT NULL, position, id"


async def list_contacts(conn: Conn, user_id: int) -> list[Contact]:
    """The enabled contacts of one person in their order, those of the file first."""
    async with conn.cursor(row_factory=CONTACT_ROW) as cursor:
        await cursor.execute(CONTACT + "WHERE user_id = %s AND disabled_at IS NULL ORDER BY " + _ORDER, (user_id,))
        return await cursor.fetchall()


async def list_all_contacts(conn: Conn) -> list[Contact]:
    """The enabled contacts of everybody."""
    async with conn.cursor(row_factory=CONTACT_ROW) as cursor:
        await cursor.execute(CONTACT + "WHERE disabled_at IS NULL ORDER BY user_id, " + _ORDER)
        return await cursor.fetchall()


async def list_contacts_of(conn: Conn, user_ids: Sequence[int]) -> list[Contact]:
    """The enabled contacts of these people, each one's in their order."""
    async with conn.cursor(row_factory=CONTACT_ROW) as cursor:
        await cursor.execute(
            CONTACT + "WHERE user_id = any(%b) AND disabled_at IS NULL ORDER BY user_id, " + _ORDER, (list(user_ids),)
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
    habit: Habit | None


async def get_told(conn: Conn, user_id: int) -> Told:
    """Contacts, rules and habit in one statement, for the way of every page."""
    return await ask_one(conn, told_of(user_id, conn.keyring))


def told_of(user_id: int, keyring: Keyring) -> Question[Told]:
    """The same, to be asked together with others."""
    return Question(_TOLD, {"user_id": user_id}, lambda rows: _opened_told(rows[0], keyring), struct_row(_Told))


_TOLD: LiteralString = """
    SELECT
        ARRAY(SELECT to_jsonb(c) FROM contact c
              WHERE user_id = %(user_id)s AND disabled_at IS NULL
              ORDER BY managed_by IS NULL AND added_by IS NOT NULL, position, id) AS contacts,
        ARRAY(SELECT jsonb_build_object('urgency', urgency, 'kind', kind, 'seconds', extract(epoch FROM delay))
              FROM notification_rule WHERE user_id = %(user_id)s ORDER BY urgency, position) AS rules,
        (SELECT to_jsonb(h) FROM notification_habit h WHERE user_id = %(user_id)s) AS habit
"""


def _opened_told(told: _Told, keyring: Keyring) -> Told:
    return Told(
        contacts=tuple(opened_contact(contact, keyring) for contact in told.contacts),
        rules=tuple(NotificationRule(r.urgency, r.kind, timedelta(seconds=r.seconds)) for r in told.rules),
        habit=told.habit or Habit(),
    )


async def list_all_habits(conn: Conn) -> list[tuple[int, Habit]]:
    """Of everybody who has one, with the user's id."""
    cursor = await conn.execute("SELECT user_id, to_jsonb(h) FROM notification_habit h")
    return [(row[0], msgspec.convert(row[1], Habit)) for row in await cursor.fetchall()]


async def upsert_habit(conn: Conn, user_id: int, habit: Habit) -> None:
    await conn.execute(
        """
        INSERT INTO notification_habit (user_id, managed_by, quiet) VALUES (%(user_id)s, %(managed_by)s, %(quiet)s)
        ON CONFLICT (user_id) DO UPDATE SET managed_by = excluded.managed_by, quiet = excluded.quiet
        """,
        {
            "user_id": user_id,
            "managed_by": habit.managed_by,
            "quiet": as_jsonb(habit.quiet) if habit.quiet is not None else None,
        },
    )


async def upsert_contacts(
    conn: Conn, user_id: int, drafts: Sequence[ContactDraft], managed_by: str | None, now: datetime
) -> None:
    """Writes each; one that was disabled comes back with its old id, and so with its old webhook secret."""
    await conn.execute(
        """
        INSERT INTO contact (user_id, kind, address, address_digest, managed_by, created_at, position)
        SELECT %(user_id)s, kind, address, address_digest, %(managed_by)s, %(now)s, place
        FROM ROWS FROM (jsonb_to_recordset(%(drafts)s) AS (kind text, address text, address_digest text))
            WITH ORDINALITY AS new(kind, address, address_digest, place)
        ORDER BY place
        ON CONFLICT (user_id, kind, address_digest)
        DO UPDATE SET address = excluded.address, managed_by = excluded.managed_by, position = excluded.position,
            disabled_at = NULL, added_by = CASE
                WHEN excluded.managed_by IS NOT NULL AND contact.disabled_at IS NULL THEN contact.added_by END
        """,
        {"user_id": user_id, "managed_by": managed_by, "now": now, "drafts": as_jsonb(_sealed(conn, user_id, drafts))},
    )


async def disable_contacts_except(conn: Conn, user_id: int, drafts: Sequence[ContactDraft], now: datetime) -> None:
    """Disables every contact of the person that is not among the drafts; what they added by themselves stays theirs."""
    await conn.execute(
        """
        UPDATE contact SET managed_by = CASE WHEN added_by IS NULL THEN managed_by END,
            disabled_at = CASE WHEN added_by IS NULL THEN %(now)s::timestamptz END
        WHERE user_id = %(user_id)s AND disabled_at IS NULL AND (added_by IS NULL OR managed_by IS NOT NULL)
            AND NOT EXISTS (
            SELECT FROM jsonb_to_recordset(%(drafts)s) AS kept(kind text, address_digest text)
            WHERE kept.kind = contact.kind AND kept.address_digest = contact.address_digest)
        """,
        {"user_id": user_id, "now": now, "drafts": as_jsonb(_sealed(conn, user_id, drafts))},
    )


async def upsert_own_contact(conn: Conn, user_id: int, draft: ContactDraft, by: str, now: datetime) -> int:
    """Writes what a person adds by themselves, behind what they have added before. One that was taken away comes back
    with its old id, and has to be confirmed and proven anew; one that waits for its code stays as it is. Its id.
    """
    cursor = await conn.execute(
        """
        INSERT INTO contact AS known (user_id, kind, address, address_digest, created_at, added_by, position)
        SELECT %(user_id)s, %(kind)s, %(address)s, %(address_digest)s, %(now)s, %(by)s,
            (SELECT coalesce(max(position), 0) + 1 FROM contact WHERE user_id = %(user_id)s AND disabled_at IS NULL)
        ON CONFLICT (user_id, kind, address_digest) DO UPDATE SET
            managed_by = NULL, added_by = excluded.added_by, verified_at = NULL, proven_at = NULL, disabled_at = NULL,
            broken_at = NULL, broken_why = NULL,
            position = CASE WHEN known.disabled_at IS NULL THEN known.position ELSE excluded.position END
        RETURNING id
        """,
        {"user_id": user_id, "by": by, "now": now, **_sealed(conn, user_id, [draft])[0]},
    )
    row = await cursor.fetchone()
    assert row is not None
    return row[0]


async def find_contact_of(conn: Conn, user_id: int, contact_id: int) -> Contact | None:
    """An enabled contact of this person."""
    async with conn.cursor(row_factory=CONTACT_ROW) as cursor:
        await cursor.execute(CONTACT + "WHERE id = %s AND user_id = %s AND disabled_at IS NULL", (contact_id, user_id))
        return await cursor.fetchone()


async def update_contact_verified(conn: Conn, contact_id: int, now: datetime) -> None:
    """Its owner has shown that it is theirs."""
    await conn.execute("UPDATE contact SET verified_at = %s WHERE id = %s", (now, contact_id))


async def disable_contact(conn: Conn, contact_id: int, now: datetime) -> None:
    await conn.execute("UPDATE contact SET disabled_at = %s WHERE id = %s", (now, contact_id))


async def update_positions(conn: Conn, contact_ids: Sequence[int]) -> None:
    """Their places are those of this list."""
    await conn.execute(
        """
        UPDATE contact SET position = place
        FROM unnest(%b::bigint[]) WITH ORDINALITY AS new(id, place) WHERE contact.id = new.id
        """,
        (list(contact_ids),),
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
    """The first answer counts; any answer mends what was broken."""
    await conn.execute(
        """
        UPDATE contact SET proven_at = coalesce(proven_at, %s), broken_at = NULL, broken_why = NULL
        WHERE id = %s AND (proven_at IS NULL OR broken_at IS NOT NULL)
        """,
        (now, contact_id),
    )


async def update_contact_broken(conn: Conn, contact_id: int, why: str, now: datetime) -> bool:
    """False when it was known, or when the contact was taken away."""
    cursor = await conn.execute(
        """
        UPDATE contact SET broken_at = %s, broken_why = %s
        WHERE id = %s AND broken_at IS NULL AND disabled_at IS NULL
        """,
        (now, why, contact_id),
    )
    return cursor.rowcount == 1


async def list_users_with_contact(conn: Conn, user_ids: Sequence[int]) -> list[int]:
    """Those of them who have one that may be told, and works."""
    cursor = await conn.execute(
        """
        SELECT DISTINCT user_id FROM contact WHERE user_id = any(%b) AND disabled_at IS NULL AND broken_at IS NULL
            AND (managed_by IS NOT NULL OR added_by IS NULL OR verified_at IS NOT NULL)
        """,
        (list(user_ids),),
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
