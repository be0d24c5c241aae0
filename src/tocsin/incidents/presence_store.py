"""Every statement about who looks at which incident."""

from datetime import datetime

from tocsin.kernel.db import Conn


async def upsert_onlooker(conn: Conn, incident_id: int, name: str, now: datetime, *, gone_before: datetime) -> None:
    """The row of one person at one incident, and an end to those of people who went."""
    await conn.execute(
        """
        WITH gone AS (
            SELECT o.incident_id, o.user_name FROM incident_onlooker o WHERE o.seen_at < %(gone_before)s
            FOR UPDATE SKIP LOCKED
        ), deleted AS (
            DELETE FROM incident_onlooker o USING gone g
            WHERE (o.incident_id, o.user_name) = (g.incident_id, g.user_name)
                AND (o.incident_id, o.user_name) <> (%(incident_id)s, %(name)s)
        )
        INSERT INTO incident_onlooker (incident_id, user_name, seen_at) VALUES (%(incident_id)s, %(name)s, %(now)s)
        ON CONFLICT (incident_id, user_name) DO UPDATE SET seen_at = excluded.seen_at
        """,
        {"incident_id": incident_id, "name": name, "now": now, "gone_before": gone_before},
    )


async def list_onlookers(conn: Conn, *, since: datetime) -> dict[int, tuple[str, ...]]:
    """Names in their order, by incident."""
    cursor = await conn.execute(
        """
        SELECT o.incident_id, array_agg(o.user_name ORDER BY o.user_name)
        FROM incident_onlooker o WHERE o.seen_at >= %s GROUP BY o.incident_id
        """,
        (since,),
    )
    return {incident_id: tuple(names) for incident_id, names in await cursor.fetchall()}
