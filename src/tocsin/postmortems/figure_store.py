"""Every statement about what people say an incident cost."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn, as_jsonb
from tocsin.postmortems.figures import SaidFigure


async def list_figures(conn: Conn, incident_id: int) -> list[SaidFigure]:
    async with conn.cursor(row_factory=struct_row(SaidFigure)) as cursor:
        await cursor.execute(
            "SELECT name, value, source, by, at FROM impact_figure WHERE incident_id = %s", (incident_id,)
        )
        return await cursor.fetchall()


async def upsert_figures(conn: Conn, incident_id: int, figures: Sequence[SaidFigure]) -> None:
    """Each takes the place of what was said before."""
    await conn.execute(
        """
        INSERT INTO impact_figure (incident_id, name, value, source, by, at)
        SELECT %s, f.name, f.value, f.source, f.by, f.at
        FROM jsonb_to_recordset(%s) AS f(name text, value text, source text, by text, at timestamptz)
        ON CONFLICT (incident_id, name) DO UPDATE SET
            value = excluded.value, source = excluded.source, by = excluded.by, at = excluded.at
        """,
        (incident_id, as_jsonb([msgspec.structs.asdict(figure) for figure in figures])),
    )


async def update_source(conn: Conn, incident_id: int, text: str, mark: str) -> None:
    """A text that was taken back."""
    await conn.execute(
        "UPDATE impact_figure SET source = replace(source, %s, %s) WHERE incident_id = %s", (text, mark, incident_id)
    )
