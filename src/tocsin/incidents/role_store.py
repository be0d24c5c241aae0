"""Every statement about the roles of incidents: one function, one statement."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.db.rows import struct_row
from tocsin.incidents.roles import Holding, RoleName
from tocsin.kernel.db import Conn


class HoldingRow(msgspec.Struct, frozen=True, kw_only=True):
    """A holding that counts, with the incident that it is of."""

    incident_id: int
    holding: Holding


async def list_holdings(conn: Conn, incident_ids: Sequence[int]) -> list[HoldingRow]:
    """Who holds a role of these incidents, or has handed one on, in the order in which they took it."""
    async with conn.cursor(row_factory=struct_row(HoldingRow)) as cursor:
        await cursor.execute(
            """
            SELECT r.incident_id, jsonb_build_object(
                'role', r.role, 'user', u.name, 'since', coalesce(r.until, r.since), 'state', r.state) AS holding
            FROM incident_role r JOIN app_user u ON u.id = r.user_id
            WHERE r.incident_id = ANY(%b) AND r.state <> 'released'
            ORDER BY r.id
            """,
            (list(incident_ids),),
        )
        return await cursor.fetchall()


async def insert_holding(conn: Conn, incident_id: int, role: RoleName, user_id: int, now: datetime) -> None:
    await conn.execute(
        "INSERT INTO incident_role (incident_id, role, user_id, state, since) VALUES (%s, %s, %s, 'holds', %s)",
        (incident_id, role, user_id, now),
    )


async def update_holding_ended(
    conn: Conn, incident_id: int, role: RoleName, names: Sequence[str], state: str, now: datetime
) -> None:
    """These people hold the role no more; `state` is available or released."""
    await conn.execute(
        """
        UPDATE incident_role SET state = %s, until = %s
        WHERE incident_id = %s AND role = %s AND state = 'holds'
          AND user_id IN (SELECT id FROM app_user WHERE name = ANY(%b))
        """,
        (state, now, incident_id, role, list(names)),
    )


async def update_available_released(conn: Conn, incident_id: int, user_id: int) -> None:
    """Somebody who was listed as available has a role again."""
    await conn.execute(
        "UPDATE incident_role SET state = 'released' WHERE incident_id = %s AND user_id = %s AND state = 'available'",
        (incident_id, user_id),
    )


async def list_commanded(conn: Conn, user_id: int, *, beside: int) -> list[int]:
    """The numbers of the other open incidents that this person commands; a private one is nobody else's business."""
    cursor = await conn.execute(
        """
        SELECT i.number FROM incident_role r JOIN incident i ON i.id = r.incident_id
        WHERE r.user_id = %s AND r.role = 'commander' AND r.state = 'holds' AND i.id <> %s AND NOT i.is_private
          AND i.status IN ('triggered', 'acknowledged', 'investigating', 'identified', 'monitoring')
        ORDER BY i.number
        """,
        (user_id, beside),
    )
    return [row[0] for row in await cursor.fetchall()]
