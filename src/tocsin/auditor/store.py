"""Statements of the auditor: its own findings, and its look at the tables of all the others.

It reads those itself, in one statement each, so that it sees one moment, and does not believe what the packages believe
of themselves. It changes nothing there.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from tocsin.auditor.model import Finding, OpenIncident, StoredFinding
from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn, as_jsonb

OPEN_INCIDENTS: LiteralString = """
    SELECT i.id, i.number, i.acknowledged_at IS NOT NULL AS is_acknowledged, run.state AS run_state,
        EXISTS (SELECT FROM job WHERE job.key = 'escalation:' || run.id || ':' || run.armed) AS has_timer,
        EXISTS (
            SELECT FROM delivery d JOIN job ON job.key = CASE d.state
                WHEN 'taken' THEN 'delivery-silence:' ELSE 'delivery:' END || coalesce(d.carried_by, d.id)
            WHERE d.topic = 'incident/' || i.id AND d.purpose = 'page' AND d.state IN ('waiting', 'sending', 'taken')
        ) AS has_page,
        EXISTS (
            SELECT FROM job WHERE job.key IN ('incident-quiet:' || i.id, 'paging.maintenance:' || i.id)
        ) AS is_waited_for,
        coalesce(run.state = 'exhausted' AND EXISTS (
            SELECT FROM ledger l WHERE l.topic = 'incident/' || i.id AND l.kind = 'EscalationExhausted'
        ), false) AS is_said
    FROM incident i
    LEFT JOIN LATERAL (
        SELECT * FROM escalation_run r WHERE r.incident_id = i.id ORDER BY r.id DESC LIMIT 1
    ) run ON true
    WHERE i.status IN ('triggered', 'acknowledged', 'investigating', 'identified', 'monitoring')
    ORDER BY i.number
"""


async def list_open_incidents(conn: Conn) -> list[OpenIncident]:
    """Every open incident, and how it is looked after."""
    async with conn.cursor(row_factory=struct_row(OpenIncident)) as cursor:
        await cursor.execute(OPEN_INCIDENTS)
        return await cursor.fetchall()


async def list_incidents_with_timer(conn: Conn, ids: Sequence[int]) -> frozenset[int]:
    """Of these incidents, those for which an armed job calls somebody, or ends it; a reminder to those in its room is
    none. Looks through all jobs, so only asked about suspects.
    """
    cursor = await conn.execute(
        """
        SELECT DISTINCT (payload ->> 'incident_id')::bigint FROM job
        WHERE (payload ->> 'incident_id')::bigint = ANY(%b)
            AND (starts_with(kind, 'paging.') OR kind = 'incidents.resolve_quiet')
            AND kind NOT IN ('paging.ack_timeout', 'paging.beside')
        """,
        (list(ids),),
    )
    return frozenset(int(row[0]) for row in await cursor.fetchall())


async def count_unsent(conn: Conn) -> int:
    """Messages that are to be sent, or whose end is awaited, for which there is no job: their own, or that of the
    message they travel in."""
    cursor = await conn.execute(
        """
        SELECT count(*) FROM delivery d
        WHERE d.state IN ('waiting', 'sending', 'taken') AND NOT EXISTS (
            SELECT FROM job WHERE job.key = CASE d.state
                WHEN 'taken' THEN 'delivery-silence:' ELSE 'delivery:' END || coalesce(d.carried_by, d.id))
        """
    )
    row = await cursor.fetchone()
    return 0 if row is None else int(row[0])


async def list_findings(conn: Conn) -> list[StoredFinding]:
    """What was wrong at the last look, the oldest first."""
    async with conn.cursor(row_factory=struct_row(StoredFinding)) as cursor:
        await cursor.execute("SELECT * FROM auditor_finding ORDER BY first_seen_at, key")
        return await cursor.fetchall()


async def upsert_findings(conn: Conn, findings: Sequence[Finding], now: datetime) -> None:
    """Told of now; since when it is so stays."""
    await conn.execute(
        """
        INSERT INTO auditor_finding (key, sentence, remedy, first_seen_at, told_at)
        SELECT key, sentence, remedy, %(now)s, %(now)s
        FROM jsonb_to_recordset(%(rows)s) AS found (key text, sentence text, remedy text)
        ON CONFLICT (key) DO UPDATE SET
            sentence = excluded.sentence, remedy = excluded.remedy, told_at = excluded.told_at
        """,
        {"rows": as_jsonb(findings), "now": now},
    )


async def delete_findings(conn: Conn, keys: Sequence[str]) -> None:
    await conn.execute("DELETE FROM auditor_finding WHERE key = ANY(%s)", (list(keys),))


async def may_tell(conn: Conn, key: str, now: datetime, unless_since: datetime) -> bool:
    """Whether nobody was told of it since then; from now on somebody was."""
    cursor = await conn.execute(
        """
        INSERT INTO auditor_notice AS notice (key, told_at) VALUES (%(key)s, %(now)s)
        ON CONFLICT (key) DO UPDATE SET told_at = excluded.told_at WHERE notice.told_at <= %(since)s
        """,
        {"key": key, "now": now, "since": unless_since},
    )
    return cursor.rowcount == 1


async def update_look(conn: Conn, now: datetime) -> None:
    await conn.execute(
        """
        INSERT INTO auditor_look (looked_at) VALUES (%s)
        ON CONFLICT (only_one) DO UPDATE SET looked_at = excluded.looked_at
        """,
        (now,),
    )


async def find_look(conn: Conn) -> datetime | None:
    """When somebody last looked; None: never."""
    cursor = await conn.execute("SELECT looked_at FROM auditor_look")
    row = await cursor.fetchone()
    return None if row is None else row[0]
