"""The statement that reads what patterns are looked for in, beside the incident itself."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.insights.drill import Drilled
from tocsin.insights.recommendations import Episode
from tocsin.kernel.db import Conn


async def list_episodes(conn: Conn, incidents: Sequence[Drilled]) -> list[Episode]:
    """Incidents that the caller may see with their alert, turns of command and verdicts on their pages, by number."""
    known = {each.number: each for each in incidents}
    cursor = await conn.execute(
        """
        SELECT i.number, coalesce(g.labels->>'alertname', g.title, ''), array(
            SELECT since FROM (
                SELECT since, lag(user_id) OVER (ORDER BY since, id) AS former, user_id FROM incident_role
                WHERE incident_id = i.id AND role = 'commander'
            ) turn WHERE former <> user_id ORDER BY since
        ), (SELECT count(*) FROM page WHERE incident_id = i.id AND actionable),
        (SELECT count(actionable) FROM page WHERE incident_id = i.id)
        FROM incident i LEFT JOIN alert_group g ON g.id = i.alert_group_id
        WHERE i.number = ANY(%b) ORDER BY i.number
        """,
        (list(known),),
    )
    return [
        Episode(
            incident=known[number],
            alert=alert,
            handovers=tuple(handovers),
            actionable=actionable,
            judged=judged,
        )
        for number, alert, handovers, actionable, judged in await cursor.fetchall()
    ]
