"""Every statement about access probes and about what people were told before a shift."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.db.rows import struct_row
from tocsin.insights.readiness_model import AccessProbe, Probed
from tocsin.kernel.db import Conn, as_jsonb


async def list_probes(conn: Conn, team: str) -> list[Probed]:
    """In the order of the file."""
    async with conn.cursor(row_factory=struct_row(Probed)) as cursor:
        await cursor.execute(
            "SELECT name, url, command, checked_at, is_ok, detail FROM access_probe WHERE team = %s ORDER BY id",
            (team,),
        )
        return await cursor.fetchall()


async def list_all_probes(conn: Conn) -> list[tuple[str, AccessProbe]]:
    """(team, probe) of every team, in the order of the file."""
    cursor = await conn.execute("SELECT team, name, url, command FROM access_probe ORDER BY team, id")
    return [
        (team, AccessProbe(name=name, url=url, command=tuple(command)))
        for team, name, url, command in await cursor.fetchall()
    ]


async def delete_probes(conn: Conn, team: str) -> None:
    await conn.execute("DELETE FROM access_probe WHERE team = %s", (team,))


async def insert_probes(conn: Conn, team: str, probes: Sequence[AccessProbe]) -> None:
    rows = [{"place": place, **msgspec.structs.asdict(probe)} for place, probe in enumerate(probes)]
    await conn.execute(
        """
        INSERT INTO access_probe (team, name, url, command, detail)
        SELECT %(team)s, new.name, new.url, ARRAY(SELECT jsonb_array_elements_text(new.command)), ''
        FROM jsonb_to_recordset(%(rows)s) AS new (place integer, name text, url text, command jsonb)
        ORDER BY new.place
        """,
        {"team": team, "rows": as_jsonb(rows)},
    )


async def update_probed(conn: Conn, team: str, probed: Probed) -> None:
    """What the last try has found."""
    await conn.execute(
        "UPDATE access_probe SET checked_at = %s, is_ok = %s, detail = %s WHERE team = %s AND name = %s",
        (probed.checked_at, probed.is_ok, probed.detail, team, probed.name),
    )


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """When a person was reminded of a shift, and when it was looked at for the second time."""

    reminded_at: datetime | None = None
    looked_at: datetime | None = None


async def find_notice(conn: Conn, schedule: str, person: str, starts_at: datetime) -> Notice | None:
    async with conn.cursor(row_factory=struct_row(Notice)) as cursor:
        await cursor.execute(
            """
            SELECT n.reminded_at, n.looked_at FROM shift_notice n JOIN schedule c ON c.id = n.schedule_id
            WHERE c.name = %s AND n.user_name = %s AND n.starts_at = %s
            """,
            (schedule, person, starts_at),
        )
        return await cursor.fetchone()


async def upsert_reminded(conn: Conn, schedule_id: int, person: str, starts_at: datetime, now: datetime) -> None:
    await conn.execute(
        """
        INSERT INTO shift_notice (schedule_id, user_name, starts_at, reminded_at) VALUES (%s, %s, %s, %s)
        ON CONFLICT (schedule_id, user_name, starts_at) DO UPDATE SET reminded_at = excluded.reminded_at
        """,
        (schedule_id, person, starts_at, now),
    )


async def upsert_looked(conn: Conn, schedule_id: int, person: str, starts_at: datetime, now: datetime) -> None:
    await conn.execute(
        """
        INSERT INTO shift_notice (schedule_id, user_name, starts_at, looked_at) VALUES (%s, %s, %s, %s)
        ON CONFLICT (schedule_id, user_name, starts_at) DO UPDATE SET looked_at = excluded.looked_at
        """,
        (schedule_id, person, starts_at, now),
    )
