"""Every statement about runs of checks, their results, and the wish to resolve."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn, as_jsonb
from tocsin.verification.model import Attempt, Meeting, Result, Run


async def list_results(conn: Conn, incident_id: int) -> list[Result]:
    async with conn.cursor(row_factory=struct_row(Result)) as cursor:
        await cursor.execute(
            'SELECT service, name, is_good, detail, at, ticked_by AS "by" FROM check_result WHERE incident_id = %s',
            (incident_id,),
        )
        return await cursor.fetchall()


async def upsert_results(conn: Conn, incident_id: int, run_id: int | None, results: Sequence[Result]) -> None:
    """The last result of each check takes the place of the one before; `run_id` None: somebody's tick."""
    await conn.execute(
        """
        INSERT INTO check_result (incident_id, service, name, run_id, is_good, detail, at, ticked_by)
        SELECT %s, r.service, r.name, %s::bigint, r.is_good, r.detail, r.at, r.by
        FROM jsonb_to_recordset(%s) AS r(service text, name text, is_good boolean, detail text, at timestamptz, by text)
        ON CONFLICT (incident_id, service, name) DO UPDATE SET
            run_id = excluded.run_id, is_good = excluded.is_good, detail = excluded.detail, at = excluded.at,
            ticked_by = excluded.ticked_by
        """,
        (incident_id, run_id, as_jsonb([msgspec.structs.asdict(result) for result in results])),
    )


async def delete_results(conn: Conn, incident_id: int) -> None:
    await conn.execute("DELETE FROM check_result WHERE incident_id = %s", (incident_id,))


async def delete_result(conn: Conn, incident_id: int, service: str, name: str) -> bool:
    """False: there is none."""
    cursor = await conn.execute(
        "DELETE FROM check_result WHERE incident_id = %s AND service = %s AND name = %s", (incident_id, service, name)
    )
    return cursor.rowcount == 1


async def find_last_run(conn: Conn, incident_id: int) -> Run | None:
    async with conn.cursor(row_factory=struct_row(Run)) as cursor:
        await cursor.execute("SELECT * FROM check_run WHERE incident_id = %s ORDER BY id DESC LIMIT 1", (incident_id,))
        return await cursor.fetchone()


async def insert_run(conn: Conn, incident_id: int, asked_by: str, now: datetime) -> Run:
    async with conn.cursor(row_factory=struct_row(Run)) as cursor:
        await cursor.execute(
            "INSERT INTO check_run (incident_id, asked_by, asked_at) VALUES (%s, %s, %s) RETURNING *",
            (incident_id, asked_by, now),
        )
        row = await cursor.fetchone()
    assert row is not None
    return row


async def update_run_ended(conn: Conn, run_id: int, now: datetime) -> bool:
    """False: it has ended before."""
    cursor = await conn.execute("UPDATE check_run SET ended_at = %s WHERE id = %s AND ended_at IS NULL", (now, run_id))
    return cursor.rowcount == 1


async def find_attempt(conn: Conn, incident_id: int) -> Attempt | None:
    async with conn.cursor(row_factory=struct_row(Attempt)) as cursor:
        await cursor.execute("SELECT * FROM resolution_attempt WHERE incident_id = %s", (incident_id,))
        return await cursor.fetchone()


async def upsert_attempt(conn: Conn, attempt: Attempt) -> None:
    await conn.execute(
        """
        INSERT INTO resolution_attempt
            (incident_id, stage, asked_by, asked_at, reason, resolution, root_cause, ends_at, detail)
        VALUES (%(incident_id)s, %(stage)s, %(asked_by)s, %(asked_at)s, %(reason)s, %(resolution)s, %(root_cause)s,
                %(ends_at)s, %(detail)s)
        ON CONFLICT (incident_id) DO UPDATE SET
            stage = excluded.stage, asked_by = excluded.asked_by, asked_at = excluded.asked_at,
            reason = excluded.reason, resolution = excluded.resolution, root_cause = excluded.root_cause,
            ends_at = excluded.ends_at, detail = excluded.detail
        """,
        msgspec.structs.asdict(attempt),
    )


async def update_text(conn: Conn, incident_id: int, text: str, mark: str) -> None:
    """A text that was taken back, in the wish to resolve an incident."""
    await conn.execute(
        """
        UPDATE resolution_attempt SET
            reason = replace(reason, %(text)s, %(mark)s), resolution = replace(resolution, %(text)s, %(mark)s),
            root_cause = replace(root_cause, %(text)s, %(mark)s), detail = replace(detail, %(text)s, %(mark)s)
        WHERE incident_id = %(id)s
        """,
        {"id": incident_id, "text": text, "mark": mark},
    )


async def find_meeting(conn: Conn, incident_id: int) -> Meeting | None:
    async with conn.cursor(row_factory=struct_row(Meeting)) as cursor:
        await cursor.execute("SELECT * FROM postmortem_meeting WHERE incident_id = %s", (incident_id,))
        return await cursor.fetchone()


async def upsert_meeting(conn: Conn, meeting: Meeting) -> None:
    await conn.execute(
        """
        INSERT INTO postmortem_meeting (incident_id, sequence, starts_at, is_cancelled, invited)
        VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (incident_id) DO UPDATE SET
            sequence = excluded.sequence, starts_at = excluded.starts_at, is_cancelled = excluded.is_cancelled,
            invited = excluded.invited
        """,
        (meeting.incident_id, meeting.sequence, meeting.starts_at, meeting.is_cancelled, list(meeting.invited)),
    )
