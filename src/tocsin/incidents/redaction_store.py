"""Every statement that takes a text out of what an incident keeps beside its timeline (WAR-6)."""

from tocsin.kernel.db import Conn


async def update_incident_text(conn: Conn, incident_id: int, text: str, mark: str) -> None:
    await conn.execute(
        """
        UPDATE incident SET
            title = replace(title, %(text)s, %(mark)s), summary = replace(summary, %(text)s, %(mark)s),
            impact = replace(impact, %(text)s, %(mark)s), resolution = replace(resolution, %(text)s, %(mark)s),
            root_cause = replace(root_cause, %(text)s, %(mark)s), reason = replace(reason, %(text)s, %(mark)s)
        WHERE id = %(id)s
        """,
        {"id": incident_id, "text": text, "mark": mark},
    )


async def update_task_text(conn: Conn, incident_id: int, text: str, mark: str) -> None:
    await conn.execute(
        "UPDATE incident_task SET text = replace(text, %s, %s) WHERE incident_id = %s", (text, mark, incident_id)
    )


async def update_finding_text(conn: Conn, incident_id: int, text: str, mark: str) -> None:
    await conn.execute(
        "UPDATE incident_finding SET text = replace(text, %s, %s) WHERE incident_id = %s", (text, mark, incident_id)
    )
