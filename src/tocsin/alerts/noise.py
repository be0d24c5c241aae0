"""How often each alert came within a time: what a hand-off calls noisy, and a service flaky."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn

MOST = 500


class Noise(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts of one title for one service. `times` counts firing periods, `returns` those that were not the first of
    their identity within the time; `groups` are the alert groups they went to."""

    title: str
    service: str
    times: int
    returns: int
    groups: tuple[int, ...]


async def list_noise(
    conn: Conn, scopes: Sequence[int], services: Sequence[str], since: datetime, until: datetime
) -> list[Noise]:
    """Of what was received within [since, until) for these services, the most frequent first."""
    async with conn.cursor(row_factory=struct_row(Noise)) as cursor:
        await cursor.execute(
            """
            select a.title, r.service, count(*) as times,
                count(*) - count(distinct (a.integration_id, a.identity)) as returns,
                coalesce(array_agg(distinct a.group_id) filter (where a.group_id is not null), '{}') as groups
            from alert a join alert_routing r on r.id = a.routing_id
            where a.received_at >= %(since)s and a.received_at < %(until)s
                and a.scope_id = any(%(scopes)b) and r.service = any(%(services)b)
            group by a.title, r.service order by times desc, a.title limit %(limit)s
            """,
            {
                "since": since,
                "until": until,
                "scopes": list(scopes),
                "services": list(services),
                "limit": MOST,
            },
        )
        return await cursor.fetchall()


async def count_firing_by_service(conn: Conn, scopes: Sequence[int], services: Sequence[str]) -> dict[str, int]:
    """How many alerts fire now, by service; a service without one is left out."""
    cursor = await conn.execute(
        """
        select r.service, count(*) from alert a join alert_routing r on r.id = a.routing_id
        where a.state = 'firing' and a.scope_id = any(%b) and r.service = any(%b)
        group by r.service
        """,
        (list(scopes), list(services)),
    )
    return {row[0]: row[1] for row in await cursor.fetchall()}
