"""Every statement about mitigations: one function, one statement."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn
from tocsin.mitigation.model import Mitigation, MitigationDraft, Result


async def insert_mitigation(
    conn: Conn, incident_id: int, draft: MitigationDraft, *, by: str, recorded_by: str
) -> Mitigation:
    """Under the incident's lock, so that its numbers have no doubles."""
    async with conn.cursor(row_factory=struct_row(Mitigation)) as cursor:
        await cursor.execute(
            """
            INSERT INTO mitigation (
                incident_id, n, what, strategy, way_back, dry_run, is_temporary, by, recorded_by, started_at, note)
            SELECT %(incident)s, 1 + count(*), %(what)s, %(strategy)s, %(way_back)s, %(dry_run)s, %(is_temporary)s,
                %(by)s, %(recorded_by)s, %(started_at)s, ''
            FROM mitigation WHERE incident_id = %(incident)s
            RETURNING *
            """,
            {
                "incident": incident_id,
                "what": draft.what,
                "strategy": draft.strategy,
                "way_back": draft.way_back,
                "dry_run": draft.dry_run,
                "is_temporary": draft.is_temporary,
                "by": by,
                "recorded_by": recorded_by,
                "started_at": draft.started_at,
            },
        )
        row = await cursor.fetchone()
    assert row is not None, "an aggregate gives one row"
    return row


async def update_mitigation_ended(conn: Conn, mitigation_id: int, result: Result, note: str, now: datetime) -> None:
    await conn.execute(
        "UPDATE mitigation SET ended_at = %s, result = %s, note = %s WHERE id = %s",
        (now, result, note, mitigation_id),
    )


async def find_mitigation(conn: Conn, incident_id: int, n: int) -> Mitigation | None:
    async with conn.cursor(row_factory=struct_row(Mitigation)) as cursor:
        await cursor.execute("SELECT * FROM mitigation WHERE incident_id = %s AND n = %s", (incident_id, n))
        return await cursor.fetchone()


async def list_mitigations(conn: Conn, incident_id: int) -> list[Mitigation]:
    """In the order of their numbers."""
    async with conn.cursor(row_factory=struct_row(Mitigation)) as cursor:
        await cursor.execute("SELECT * FROM mitigation WHERE incident_id = %s ORDER BY n", (incident_id,))
        return await cursor.fetchall()


async def list_mitigating(conn: Conn, incident_ids: Sequence[int]) -> set[int]:
    """Those of these incidents of which a mitigation runs."""
    cursor = await conn.execute(
        "SELECT DISTINCT incident_id FROM mitigation WHERE incident_id = ANY(%b) AND ended_at IS NULL",
        (list(incident_ids),),
    )
    return {row[0] for row in await cursor.fetchall()}


async def update_text(conn: Conn, incident_id: int, text: str, mark: str) -> None:
    """A text that was taken back, in every mitigation of an incident."""
    await conn.execute(
        """
        UPDATE mitigation SET what = replace(what, %(text)s, %(mark)s), note = replace(note, %(text)s, %(mark)s),
            way_back = replace(way_back, %(text)s, %(mark)s)
        WHERE incident_id = %(id)s
        """,
        {"id": incident_id, "text": text, "mark": mark},
    )
