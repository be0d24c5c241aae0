"""Every statement about what Prometheus said of incidents."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn, as_jsonb
from tocsin.postmortems.measurement_model import Measurement


async def list_latest(conn: Conn, incident_id: int) -> list[Measurement]:
    """Those of the last time that it was asked, in the order of the questions."""
    async with conn.cursor(row_factory=struct_row(Measurement)) as cursor:
        await cursor.execute(
            """
            SELECT n, service, figure, title, query, begins_at, ends_at, measured_at, value, chart, trouble
            FROM measurement
            WHERE incident_id = %(id)s
                AND measured_at = (SELECT max(measured_at) FROM measurement WHERE incident_id = %(id)s)
            ORDER BY n
            """,
            {"id": incident_id},
        )
        return await cursor.fetchall()


async def list_all(conn: Conn, incident_id: int) -> list[Measurement]:
    """Those of every time, in their order."""
    async with conn.cursor(row_factory=struct_row(Measurement)) as cursor:
        await cursor.execute(
            """
            SELECT n, service, figure, title, query, begins_at, ends_at, measured_at, value, chart, trouble
            FROM measurement WHERE incident_id = %s ORDER BY n
            """,
            (incident_id,),
        )
        return await cursor.fetchall()


async def list_charts(conn: Conn, incident_id: int, numbers: Sequence[int]) -> list[Measurement]:
    """Those of these numbers that are charts, whenever they were measured."""
    async with conn.cursor(row_factory=struct_row(Measurement)) as cursor:
        await cursor.execute(
            """
            SELECT n, service, figure, title, query, begins_at, ends_at, measured_at, value, chart, trouble
            FROM measurement WHERE incident_id = %s AND n = ANY(%b) AND chart IS NOT NULL ORDER BY n
            """,
            (incident_id, list(numbers)),
        )
        return await cursor.fetchall()


async def find_last_n(conn: Conn, incident_id: int) -> int:
    """0: nothing was measured yet."""
    cursor = await conn.execute("SELECT coalesce(max(n), 0) FROM measurement WHERE incident_id = %s", (incident_id,))
    row = await cursor.fetchone()
    return int(row[0]) if row is not None else 0


async def insert_measurements(conn: Conn, incident_id: int, last_n: int, measured: Sequence[Measurement]) -> None:
    """Numbered on from `last_n`."""
    await conn.execute(
        """
        INSERT INTO measurement
            (incident_id, n, service, figure, title, query, begins_at, ends_at, measured_at, value, chart, trouble)
        SELECT %s, %s + m.n, m.service, m.figure, m.title, m.query, m.begins_at, m.ends_at, m.measured_at, m.value,
            nullif(m.chart, 'null'), m.trouble
        FROM jsonb_to_recordset(%s) AS m(
            n integer, service text, figure text, title text, query text, begins_at timestamptz, ends_at timestamptz,
            measured_at timestamptz, value double precision, chart jsonb, trouble text
        )
        """,
        (incident_id, last_n, as_jsonb([msgspec.to_builtins(each) for each in measured])),
    )


async def update_texts(conn: Conn, incident_id: int, measured: Sequence[Measurement]) -> None:
    """What each of these says in words, and its chart; the numbers that were measured stay."""
    await conn.execute(
        """
        UPDATE measurement SET title = m.title, query = m.query, trouble = m.trouble, chart = nullif(m.chart, 'null')
        FROM jsonb_to_recordset(%s) AS m(n integer, title text, query text, trouble text, chart jsonb)
        WHERE measurement.incident_id = %s AND measurement.n = m.n
        """,
        (as_jsonb([msgspec.to_builtins(each) for each in measured]), incident_id),
    )
