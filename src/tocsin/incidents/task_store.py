"""Every statement about the tasks of incidents: one function, one statement."""

from datetime import datetime

import msgspec

from tocsin.db.rows import struct_row
from tocsin.incidents.task_model import Task
from tocsin.kernel.db import Conn


async def insert_task(conn: Conn, incident_id: int, text: str, owner: str | None, added_by: str, now: datetime) -> Task:
    """With the next number of an incident that is locked."""
    async with conn.cursor(row_factory=struct_row(Task)) as cursor:
        await cursor.execute(
            """
            INSERT INTO incident_task (incident_id, n, text, owner, state, added_by, added_at, changed_at)
            SELECT %(incident_id)s, coalesce(max(n), 0) + 1, %(text)s, %(owner)s, 'planned', %(by)s, %(now)s, %(now)s
            FROM incident_task WHERE incident_id = %(incident_id)s
            RETURNING *
            """,
            {"incident_id": incident_id, "text": text, "owner": owner, "by": added_by, "now": now},
        )
        row = await cursor.fetchone()
    assert row is not None
    return row


async def update_task(conn: Conn, task: Task) -> None:
    """Write what may change."""
    await conn.execute(
        """
        UPDATE incident_task SET text = %(text)s, owner = %(owner)s, state = %(state)s, changed_at = %(changed_at)s
        WHERE incident_id = %(incident_id)s AND n = %(n)s
        """,
        msgspec.structs.asdict(task),
    )


async def list_tasks(conn: Conn, incident_id: int) -> list[Task]:
    """In the order in which they were added."""
    async with conn.cursor(row_factory=struct_row(Task)) as cursor:
        await cursor.execute("SELECT * FROM incident_task WHERE incident_id = %s ORDER BY n", (incident_id,))
        return await cursor.fetchall()
