"""Every statement about updates and their cadence."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.comms.model import Cadence, Update
from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn


async def insert_update(conn: Conn, update: Update) -> None:
    """The number is the caller's, who holds the incident's lock."""
    await conn.execute(
        """
        INSERT INTO incident_update (
            incident_id, n, at, by, text, done, under_way, planned, root_cause, eta, next_update_at, status, severity,
            commander, audience, subject, body)
        VALUES (
            %(incident_id)s, %(n)s, %(at)s, %(by)s, %(text)s, %(done)s, %(under_way)s, %(planned)s, %(root_cause)s,
            %(eta)s, %(next_update_at)s, %(status)s, %(severity)s, %(commander)s, %(audience)s, %(subject)s, %(body)s)
        """,
        {
            **msgspec.structs.asdict(update),
            "done": list(update.done),
            "under_way": list(update.under_way),
            "planned": list(update.planned),
            "audience": [str(each) for each in update.audience],
        },
    )


async def list_updates(conn: Conn, incident_id: int) -> list[Update]:
    """In the order of their numbers."""
    async with conn.cursor(row_factory=struct_row(Update)) as cursor:
        await cursor.execute("SELECT * FROM incident_update WHERE incident_id = %s ORDER BY n", (incident_id,))
        return await cursor.fetchall()


async def count_updates(conn: Conn, incident_id: int) -> int:
    cursor = await conn.execute("SELECT count(*) FROM incident_update WHERE incident_id = %s", (incident_id,))
    row = await cursor.fetchone()
    assert row is not None  # an aggregate gives one row
    return int(row[0])


async def find_cadence(conn: Conn, incident_id: int) -> Cadence | None:
    """None: nobody has acknowledged it yet."""
    async with conn.cursor(row_factory=struct_row(Cadence)) as cursor:
        await cursor.execute(
            "SELECT incident_id, since, due_at, told_at, overdue FROM incident_cadence WHERE incident_id = %s",
            (incident_id,),
        )
        return await cursor.fetchone()


async def upsert_cadence(conn: Conn, cadence: Cadence) -> None:
    await conn.execute(
        """
        INSERT INTO incident_cadence (incident_id, since, due_at, told_at, overdue)
        VALUES (%(incident_id)s, %(since)s, %(due_at)s, %(told_at)s, %(overdue)s)
        ON CONFLICT (incident_id) DO UPDATE SET
            since = excluded.since, due_at = excluded.due_at, told_at = excluded.told_at, overdue = excluded.overdue
        """,
        msgspec.structs.asdict(cadence),
    )


async def list_due(conn: Conn, incident_ids: Sequence[int]) -> dict[int, datetime]:
    """When the next update of each of these incidents is due, where one is."""
    cursor = await conn.execute(
        "SELECT incident_id, due_at FROM incident_cadence WHERE incident_id = ANY(%b) AND due_at IS NOT NULL",
        (list(incident_ids),),
    )
    return {row[0]: row[1] for row in await cursor.fetchall()}


async def update_text(conn: Conn, incident_id: int, text: str, mark: str) -> None:
    """A text that was taken back, in every update of an incident."""
    await conn.execute(
        """
        UPDATE incident_update SET
            text = replace(text, %(text)s, %(mark)s), root_cause = replace(root_cause, %(text)s, %(mark)s),
            subject = replace(subject, %(text)s, %(mark)s), body = replace(body, %(text)s, %(mark)s),
            done = ARRAY(SELECT replace(line, %(text)s, %(mark)s) FROM unnest(done) WITH ORDINALITY AS l (line, place)
                ORDER BY place),
            under_way = ARRAY(SELECT replace(line, %(text)s, %(mark)s)
                FROM unnest(under_way) WITH ORDINALITY AS l (line, place) ORDER BY place),
            planned = ARRAY(SELECT replace(line, %(text)s, %(mark)s)
                FROM unnest(planned) WITH ORDINALITY AS l (line, place) ORDER BY place)
        WHERE incident_id = %(id)s
        """,
        {"id": incident_id, "text": text, "mark": mark},
    )
