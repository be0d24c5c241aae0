"""Every statement about the codes by which people show that a contact is theirs (SEC-9)."""

from datetime import datetime
from uuid import UUID

from tocsin.db.rows import struct_row
from tocsin.delivery.codes import Issued, IssuedLately
from tocsin.kernel.db import Conn

# Names our advisory locks among those of the same database; the second half is made of the person or the address.
_LOCKS = 0x70C0


async def lock_issuing(conn: Conn, user_id: int, address_digest: str) -> None:
    """Until the end of the transaction nobody else has a code sent for this person, or to this address. Always the
    person first: two at once wait for each other, never in a circle.
    """
    await conn.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_LOCKS, f"person {user_id}"))
    await conn.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_LOCKS, f"address {address_digest}"))


async def list_issued_lately(conn: Conn, user_id: int, address_digest: str, since: datetime) -> list[IssuedLately]:
    """Those for this person and those to this address, oldest first."""
    async with conn.cursor(row_factory=struct_row(IssuedLately)) as cursor:
        await cursor.execute(
            """
            SELECT user_id = %(user_id)s AS is_of_person, address_digest = %(digest)s AS is_to_address, issued_at
            FROM contact_code
            WHERE issued_at > %(since)s AND (user_id = %(user_id)s OR address_digest = %(digest)s) ORDER BY issued_at
            """,
            {"user_id": user_id, "digest": address_digest, "since": since},
        )
        return await cursor.fetchall()


async def insert_code(
    conn: Conn, contact_id: int, user_id: int, address_digest: str, delivery_id: UUID, now: datetime
) -> None:
    """The code of this delivery is the one that counts from now on."""
    await conn.execute(
        """
        INSERT INTO contact_code (contact_id, user_id, address_digest, delivery_id, issued_at, tries)
        VALUES (%s, %s, %s, %s, %s, 0)
        """,
        (contact_id, user_id, address_digest, delivery_id, now),
    )


async def lock_latest_code(conn: Conn, contact_id: int) -> Issued | None:
    """The one that counts; two that try it at once wait for each other."""
    async with conn.cursor(row_factory=struct_row(Issued)) as cursor:
        await cursor.execute(
            """
            SELECT id, delivery_id, issued_at, tries, used_at FROM contact_code
            WHERE id = (SELECT max(id) FROM contact_code WHERE contact_id = %s) FOR UPDATE
            """,
            (contact_id,),
        )
        return await cursor.fetchone()


async def update_code_tried(conn: Conn, code_id: int, used_at: datetime | None) -> None:
    """One try more; `used_at` when it was the right one."""
    await conn.execute("UPDATE contact_code SET tries = tries + 1, used_at = %s WHERE id = %s", (used_at, code_id))


async def delete_codes_before(conn: Conn, before: datetime) -> None:
    await conn.execute("DELETE FROM contact_code WHERE issued_at < %s", (before,))
