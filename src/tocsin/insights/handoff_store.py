"""Every statement about hand-offs: their records, signatures and entries."""

from datetime import datetime
from typing import LiteralString

import msgspec

from tocsin.db.rows import struct_row
from tocsin.insights.handoff_model import Entry, EntryDraft, Handover, Record, Report
from tocsin.kernel.db import Conn, as_jsonb
from tocsin.kernel.errors import NotFound

_RECORD: LiteralString = """
    SELECT h.id, h.schedule_id, h.ends_at, h.outgoing, h.incoming, h.note, h.edited_at, h.edited_by, h.drafted_at,
           h.missed_at, h.lead_told_at, (
               SELECT jsonb_build_object(
                   'id', s.id, 'signed_by', s.signed_by, 'signed_at', s.signed_at, 'report', s.report,
                   'accepted_by', s.accepted_by, 'accepted_at', s.accepted_at)
               FROM handoff_signature s WHERE s.handoff_id = h.id ORDER BY s.id DESC LIMIT 1) AS signature
    FROM handoff h
"""


async def get_schedule_id(conn: Conn, name: str) -> int:
    """Raises NotFound."""
    cursor = await conn.execute("SELECT id FROM schedule WHERE name = %s", (name,))
    row = await cursor.fetchone()
    if row is None:
        raise NotFound(f"There is no schedule {name!r}.", "tocsin oncall shows those that exist.", field="schedule")
    return row[0]


async def find_record(conn: Conn, schedule: str, ends_at: datetime) -> Record | None:
    async with conn.cursor(row_factory=struct_row(Record)) as cursor:
        await cursor.execute(
            _RECORD + "JOIN schedule c ON c.id = h.schedule_id WHERE c.name = %s AND h.ends_at = %s",
            (schedule, ends_at),
        )
        return await cursor.fetchone()


async def list_records(conn: Conn, schedule: str, since: datetime) -> list[Record]:
    """Those whose shifts end after an instant, in order."""
    async with conn.cursor(row_factory=struct_row(Record)) as cursor:
        await cursor.execute(
            _RECORD + "JOIN schedule c ON c.id = h.schedule_id WHERE c.name = %s AND h.ends_at > %s ORDER BY h.ends_at",
            (schedule, since),
        )
        return await cursor.fetchall()


async def lock_schedule(conn: Conn, schedule_id: int) -> None:
    """One writer at a time: a signature and an edit do not cross."""
    await conn.execute("SELECT FROM schedule WHERE id = %s FOR NO KEY UPDATE", (schedule_id,))


async def move_record(conn: Conn, schedule_id: int, handover: Handover, since: datetime) -> None:
    """The record of the shift that began at `since` goes along when its end has moved, unless it was signed."""
    await conn.execute(
        """
        UPDATE handoff SET ends_at = %(ends_at)s WHERE id = (
            SELECT h.id FROM handoff h
            WHERE h.schedule_id = %(schedule)s AND h.ends_at > %(since)s AND h.outgoing = %(outgoing)b
              AND h.ends_at <> %(ends_at)s AND NOT EXISTS (
                  SELECT FROM handoff_signature s WHERE s.handoff_id = h.id)
              AND NOT EXISTS (
                  SELECT FROM handoff o WHERE o.schedule_id = %(schedule)s AND o.ends_at = %(ends_at)s)
            ORDER BY h.ends_at LIMIT 1)
        """,
        {
            "schedule": schedule_id,
            "ends_at": handover.ends_at,
            "since": since,
            "outgoing": list(handover.outgoing),
        },
    )


async def upsert_record(conn: Conn, schedule_id: int, handover: Handover) -> None:
    """The record of a hand-over, with the people as they are now."""
    await conn.execute(
        """
        INSERT INTO handoff (schedule_id, ends_at, outgoing, incoming, note, edited_by)
        VALUES (%s, %s, %s, %s, '', '')
        ON CONFLICT (schedule_id, ends_at) DO UPDATE SET outgoing = excluded.outgoing, incoming = excluded.incoming
        """,
        (schedule_id, handover.ends_at, list(handover.outgoing), list(handover.incoming)),
    )


async def update_note(conn: Conn, record_id: int, note: str, by: str, now: datetime) -> None:
    await conn.execute(
        "UPDATE handoff SET note = %s, edited_by = %s, edited_at = %s WHERE id = %s", (note, by, now, record_id)
    )


async def update_edited(conn: Conn, record_id: int, by: str, now: datetime) -> None:
    await conn.execute("UPDATE handoff SET edited_by = %s, edited_at = %s WHERE id = %s", (by, now, record_id))


async def update_drafted(conn: Conn, record_id: int, now: datetime) -> None:
    await conn.execute("UPDATE handoff SET drafted_at = %s WHERE id = %s", (now, record_id))


async def update_missed(conn: Conn, record_id: int, now: datetime) -> None:
    await conn.execute("UPDATE handoff SET missed_at = %s WHERE id = %s", (now, record_id))


async def update_lead_told(conn: Conn, record_id: int, now: datetime) -> None:
    await conn.execute("UPDATE handoff SET lead_told_at = %s WHERE id = %s", (now, record_id))


async def insert_signature(conn: Conn, record_id: int, report: Report, by: str, now: datetime) -> None:
    await conn.execute(
        "INSERT INTO handoff_signature (handoff_id, signed_by, signed_at, report, accepted_by)"
        " VALUES (%s, %s, %s, %s, '')",
        (record_id, by, now, as_jsonb(report)),
    )


async def update_accepted(conn: Conn, signature_id: int, by: str, now: datetime) -> None:
    await conn.execute(
        "UPDATE handoff_signature SET accepted_by = %s, accepted_at = %s WHERE id = %s", (by, now, signature_id)
    )


async def list_entries(conn: Conn, schedule: str) -> list[Entry]:
    """What nobody has struck, oldest first."""
    async with conn.cursor(row_factory=struct_row(Entry)) as cursor:
        await cursor.execute(
            """
            SELECT e.id, e.kind, e.text, e.owner, e.link, e.phone, e.at, e.added_by, e.added_at
            FROM handoff_entry e JOIN schedule c ON c.id = e.schedule_id
            WHERE c.name = %s AND e.struck_at IS NULL ORDER BY e.id
            """,
            (schedule,),
        )
        return await cursor.fetchall()


async def insert_entry(conn: Conn, schedule_id: int, draft: EntryDraft, by: str, now: datetime) -> Entry:
    async with conn.cursor(row_factory=struct_row(Entry)) as cursor:
        await cursor.execute(
            """
            INSERT INTO handoff_entry (schedule_id, kind, text, owner, link, phone, at, added_by, added_at)
            VALUES (%(schedule)s, %(kind)s, %(text)s, %(owner)s, %(link)s, %(phone)s, %(at)s, %(by)s, %(now)s)
            RETURNING id, kind, text, owner, link, phone, at, added_by, added_at
            """,
            {**msgspec.structs.asdict(draft), "schedule": schedule_id, "by": by, "now": now},
        )
        row = await cursor.fetchone()
    assert row is not None  # RETURNING of an insert gives its row
    return row


async def strike_entry(conn: Conn, schedule_id: int, entry_id: int, by: str, now: datetime) -> str | None:
    """Its text; None: there is no such entry, or somebody has struck it before."""
    cursor = await conn.execute(
        "UPDATE handoff_entry SET struck_by = %s, struck_at = %s"
        " WHERE id = %s AND schedule_id = %s AND struck_at IS NULL RETURNING text",
        (by, now, entry_id, schedule_id),
    )
    row = await cursor.fetchone()
    return None if row is None else row[0]
