"""Every statement about the other subscription that the browser of a device has got."""

from collections.abc import Sequence

from tocsin.delivery import store
from tocsin.delivery.contact_store import CONTACT, CONTACT_ROW
from tocsin.delivery.model import Contact, Delivery
from tocsin.delivery.sealing import contact_place, delivery_place
from tocsin.kernel.db import Conn, as_jsonb


async def find_contact(conn: Conn, contact_id: int) -> Contact | None:
    """An enabled one, whoever's it is."""
    async with conn.cursor(row_factory=CONTACT_ROW) as cursor:
        await cursor.execute(CONTACT + "WHERE id = %s AND disabled_at IS NULL", (contact_id,))
        return await cursor.fetchone()


async def lock_waiting(conn: Conn, contact_id: int) -> list[Delivery]:
    """What is still to be sent by a contact."""
    async with conn.cursor(row_factory=store.DELIVERY_ROW) as cursor:
        await cursor.execute(
            "SELECT * FROM delivery WHERE contact_id = %s AND state = 'waiting' ORDER BY id FOR UPDATE", (contact_id,)
        )
        return await cursor.fetchall()


async def update_deliveries_address(conn: Conn, deliveries: Sequence[Delivery], address: str) -> None:
    """They go there from now on."""
    sealed = [{"id": each.id, "address": conn.keyring.seal(address, delivery_place(each.id))} for each in deliveries]
    await conn.execute(
        """
        UPDATE delivery SET address = new.address
        FROM jsonb_to_recordset(%s) AS new(id uuid, address text) WHERE delivery.id = new.id
        """,
        (as_jsonb(sealed),),
    )


async def update_contact_address(conn: Conn, contact: Contact, address: str) -> bool:
    """It works again, if it was broken. False when the person has, or had, another contact with this address."""
    place = contact_place(contact.user_id, contact.kind)
    cursor = await conn.execute(
        """
        UPDATE contact SET address = %(address)s, address_digest = %(digest)s, broken_at = NULL, broken_why = NULL
        WHERE id = %(id)s AND NOT EXISTS (
            SELECT FROM contact other
            WHERE user_id = %(user_id)s AND kind = %(kind)s AND address_digest = %(digest)s AND id <> %(id)s)
        """,
        {
            "id": contact.id,
            "user_id": contact.user_id,
            "kind": contact.kind,
            "address": conn.keyring.seal(address, place),
            "digest": conn.keyring.digest(address, place),
        },
    )
    return cursor.rowcount == 1
