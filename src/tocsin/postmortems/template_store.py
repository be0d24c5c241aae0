"""Every statement about postmortem templates of one's own."""

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn
from tocsin.postmortems.templates import Template


async def list_templates(conn: Conn) -> list[Template]:
    """All of them, by name."""
    async with conn.cursor(row_factory=struct_row(Template)) as cursor:
        await cursor.execute(
            "SELECT name, title, questions, factors, prevention, managed_by FROM postmortem_template ORDER BY name"
        )
        return await cursor.fetchall()


async def upsert_template(conn: Conn, template: Template) -> None:
    await conn.execute(
        """
        INSERT INTO postmortem_template (name, title, questions, factors, prevention, managed_by)
        VALUES (%s, %s, %s, %s, %s, %s)
        ON CONFLICT (name) DO UPDATE SET
            title = excluded.title, questions = excluded.questions, factors = excluded.factors,
            prevention = excluded.prevention, managed_by = excluded.managed_by
        """,
        (
            template.name,
            template.title,
            list(template.questions),
            list(template.factors),
            list(template.prevention),
            template.managed_by,
        ),
    )


async def delete_template(conn: Conn, name: str) -> None:
    await conn.execute("DELETE FROM postmortem_template WHERE name = %s", (name,))
