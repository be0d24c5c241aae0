"""The statement that reads when services were down, of every incident: private ones too, with their scope."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn


class Impaired(msgspec.Struct, frozen=True, kw_only=True):
    """An incident of a service. `ends_at` None: it is neither mitigated nor resolved."""

    service: str
    number: int
    title: str
    severity: str
    scope_id: int
    begins_at: datetime
    ends_at: datetime | None


async def list_impaired(conn: Conn, services: Sequence[str], levels: Sequence[str], since: datetime) -> list[Impaired]:
    """Those of these levels that had not ended by `since`, oldest first; neither drills nor what is part of another."""
    async with conn.cursor(row_factory=struct_row(Impaired)) as cursor:
        await cursor.execute(
            """
            SELECT s.service, i.number, i.title, i.severity, i.scope_id,
                   coalesce(i.started_at, i.detected_at) AS begins_at,
                   coalesce(i.mitigated_at, i.resolved_at, i.closed_at) AS ends_at
            FROM incident i JOIN incident_service s ON s.incident_id = i.id
            WHERE s.service = ANY(%(services)s) AND i.severity = ANY(%(levels)s)
              AND NOT i.is_drill AND i.merged_into IS NULL
              AND coalesce(i.mitigated_at, i.resolved_at, i.closed_at, 'infinity') > %(since)s
            ORDER BY begins_at, i.number
            """,
            {"services": list(services), "levels": list(levels), "since": since},
        )
        return await cursor.fetchall()
