"""Statements about the quiet that somebody has asked for."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.kernel.db import Conn


async def list_quiet(conn: Conn, incident_ids: Sequence[int]) -> dict[int, datetime]:
    """Until when it is quiet, by incident, of those of which somebody wants it."""
    cursor = await conn.execute(
        """
        SELECT r.incident_id, r.snoozed_until FROM escalation_run r
        WHERE r.incident_id = ANY(%(incidents)b) AND r.snoozed_until IS NOT NULL
          AND NOT EXISTS (SELECT FROM escalation_run later WHERE later.incident_id = r.incident_id AND later.id > r.id)
        """,
        {"incidents": list(incident_ids)},
    )
    return {int(row[0]): row[1] for row in await cursor.fetchall()}
