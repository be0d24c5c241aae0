"""Statements that count, across the tables of all packages, for whoever watches from outside. They change nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, LiteralString

from tocsin.kernel.db import Conn


async def count_jobs(conn: Conn, now: datetime) -> list[tuple[str, int, int, int, datetime | None]]:
    """For each lane: due, waiting for later, held, and when the oldest of the due ones was due."""
    cursor = await conn.execute(
        """
        SELECT lane,
            count(*) FILTER (WHERE holder IS NULL AND run_at <= %(now)s),
            count(*) FILTER (WHERE holder IS NULL AND run_at > %(now)s),
            count(*) FILTER (WHERE holder IS NOT NULL),
            min(run_at) FILTER (WHERE holder IS NULL AND run_at <= %(now)s)
        FROM job GROUP BY lane ORDER BY lane
        """,
        {"now": now},
    )
    return [(row[0], int(row[1]), int(row[2]), int(row[3]), row[4]) for row in await cursor.fetchall()]


async def count_parked(conn: Conn) -> dict[str, int]:
    """By kind."""
    return await _by_name(conn, "SELECT kind, count(*) FROM parked_job GROUP BY kind ORDER BY kind")


async def count_open_incidents(conn: Conn) -> dict[str, int]:
    """By severity, "" for those that nobody has classified. Private ones are not counted: whoever scrapes is nobody's
    member (LIF-7).
    """
    return await _by_name(
        conn,
        """
        SELECT coalesce(severity, ''), count(*) FROM incident
        WHERE NOT is_private AND status IN ('triggered', 'acknowledged', 'investigating', 'identified', 'monitoring')
        GROUP BY 1 ORDER BY 1
        """,
    )


async def count_held(conn: Conn) -> int:
    """Incidents about which nobody is called because of maintenance."""
    return await _one(
        conn,
        """
        SELECT count(*) FROM maintenance_hold h JOIN incident i ON i.id = h.incident_id
        WHERE NOT i.is_private
            AND i.status IN ('triggered', 'acknowledged', 'investigating', 'identified', 'monitoring')
        """,
    )


async def count_firing(conn: Conn) -> int:
    return await _one(conn, "SELECT count(*) FROM alert WHERE state = 'firing'")


async def count_unfinished_deliveries(conn: Conn) -> dict[str, int]:
    """By channel."""
    return await _by_name(
        conn, "SELECT kind, count(*) FROM delivery WHERE state IN ('waiting', 'sending') GROUP BY kind ORDER BY kind"
    )


async def count_taken_deliveries(conn: Conn) -> dict[str, int]:
    """By channel: what their providers have still to bring."""
    return await _by_name(conn, "SELECT kind, count(*) FROM delivery WHERE state = 'taken' GROUP BY kind ORDER BY kind")


async def count_events(
    conn: Conn, after_id: int, up_to_id: int, kinds: Sequence[str], of_everything: Sequence[str]
) -> list[tuple[str, str, str, str, str, int]]:
    """What happened between two entries of the ledger: kind, channel, state, reason, urgency, how often. Of private
    incidents only what `of_everything` names is counted: whoever scrapes is nobody's member (LIF-7).
    """
    cursor = await conn.execute(
        """
        SELECT kind, coalesce(data ->> 'channel', ''), coalesce(data ->> 'state', ''), coalesce(data ->> 'reason', ''),
            coalesce(data ->> 'urgency', ''), count(*)
        FROM ledger WHERE id > %(after)s AND id <= %(up_to)s AND kind = ANY(%(kinds)b)
            AND (scope_id = 1 OR kind = ANY(%(of_everything)b))
        GROUP BY 1, 2, 3, 4, 5
        """,
        {"after": after_id, "up_to": up_to_id, "kinds": list(kinds), "of_everything": list(of_everything)},
    )
    return [(row[0], row[1], row[2], row[3], row[4], int(row[5])) for row in await cursor.fetchall()]


async def list_delivery_times(
    conn: Conn, after_id: int, up_to_id: int, bounds: Sequence[float]
) -> list[tuple[str, int, int, float]]:
    """Of what was sent by the first way between two entries of the ledger: channel, the bucket of its seconds from the
    request to the peer's taking it (0 is the first), how many, and their seconds in all."""
    cursor = await conn.execute(
        """
        SELECT channel, width_bucket(seconds, %(bounds)s::float8[]), count(*), sum(seconds) FROM (
            SELECT d.kind AS channel,
                extract(epoch FROM coalesce(d.taken_at, d.sent_at) - d.requested_at)::float8 AS seconds
            FROM ledger l JOIN delivery d ON d.id = (l.data ->> 'delivery_id')::uuid
            WHERE l.id > %(after)s AND l.id <= %(up_to)s AND l.kind = 'DeliveryEnded' AND d.state = 'sent'
              AND d.position = 0
        ) AS sent GROUP BY 1, 2
        """,
        {"after": after_id, "up_to": up_to_id, "bounds": list(bounds)},
    )
    return [(row[0], int(row[1]), int(row[2]), float(row[3])) for row in await cursor.fetchall()]


async def _by_name(conn: Conn, statement: LiteralString) -> dict[str, int]:
    cursor = await conn.execute(statement)
    return {str(row[0]): int(row[1]) for row in await cursor.fetchall()}


async def _one(conn: Conn, statement: LiteralString) -> int:
    cursor = await conn.execute(statement)
    row: tuple[Any, ...] | None = await cursor.fetchone()
    return 0 if row is None else int(row[0])
