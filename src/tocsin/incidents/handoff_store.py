"""Every statement about offers to hand a role on: one function, one statement."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from tocsin.db.rows import struct_row
from tocsin.incidents.roles import RoleName
from tocsin.kernel.db import Conn


class OfferState(StrEnum):
    """What became of an offer."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """`giver` offers `role` to `taker`, by their names, with a brief of what they need to know."""

    id: int
    incident_id: int
    role: RoleName
    giver: str
    taker: str
    brief: str
    offered_at: datetime
    state: OfferState


async def insert_offer(
    conn: Conn, incident_id: int, role: RoleName, *, giver: str, taker: str, brief: str, now: datetime
) -> None:
    await conn.execute(
        """
        INSERT INTO incident_handoff (incident_id, role, giver_id, taker_id, brief, state, offered_at)
        SELECT %s, %s, giver.id, taker.id, %s, 'offered', %s
        FROM app_user giver, app_user taker WHERE giver.name = %s AND taker.name = %s
        """,
        (incident_id, role, brief, now, giver, taker),
    )


async def list_open_offers(conn: Conn, incident_id: int) -> list[Offer]:
    """Those that wait for an answer, oldest first."""
    async with conn.cursor(row_factory=struct_row(Offer)) as cursor:
        await cursor.execute(
            """
            SELECT h.id, h.incident_id, h.role, giver.name AS giver, taker.name AS taker, h.brief, h.offered_at, h.state
            FROM incident_handoff h
            JOIN app_user giver ON giver.id = h.giver_id JOIN app_user taker ON taker.id = h.taker_id
            WHERE h.incident_id = %s AND h.state = 'offered' ORDER BY h.id
            """,
            (incident_id,),
        )
        return await cursor.fetchall()


async def update_offer_ended(conn: Conn, offer_id: int, state: OfferState, now: datetime) -> None:
    await conn.execute("UPDATE incident_handoff SET state = %s, ended_at = %s WHERE id = %s", (state, now, offer_id))


async def update_offers_withdrawn(
    conn: Conn, incident_id: int, role: RoleName, givers: Sequence[str], now: datetime
) -> None:
    """Whoever holds a role no more has nothing to offer."""
    await conn.execute(
        """
        UPDATE incident_handoff SET state = 'withdrawn', ended_at = %s
        WHERE incident_id = %s AND role = %s AND state = 'offered'
          AND giver_id IN (SELECT id FROM app_user WHERE name = ANY(%b))
        """,
        (now, incident_id, role, list(givers)),
    )


async def update_brief_text(conn: Conn, incident_id: int, text: str, mark: str) -> None:
    """Puts the mark of a redaction in the place of a text, in the briefs of one incident (WAR-6)."""
    await conn.execute(
        "UPDATE incident_handoff SET brief = replace(brief, %(text)s, %(mark)s) "
        "WHERE incident_id = %(incident)s AND position(%(text)s in brief) > 0",
        {"text": text, "mark": mark, "incident": incident_id},
    )
