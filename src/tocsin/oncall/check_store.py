"""Every statement about what the checker of schedules is told and has found."""

from collections.abc import Sequence

from tocsin.db.rows import struct_row
from tocsin.kernel.db import Conn, as_jsonb
from tocsin.oncall.findings import Ladder
from tocsin.oncall.nightly import LastLook

Steps = tuple[tuple[str, ...], ...]


async def upsert_ladders(conn: Conn, policy: str, ladders: Sequence[Steps]) -> None:
    await conn.execute(
        """
        INSERT INTO schedule_ladder (policy, ladders) VALUES (%s, %s)
        ON CONFLICT (policy) DO UPDATE SET ladders = excluded.ladders
        """,
        (policy, as_jsonb(ladders)),
    )


async def delete_ladders(conn: Conn, policy: str) -> None:
    await conn.execute("DELETE FROM schedule_ladder WHERE policy = %s", (policy,))


async def list_ladders(conn: Conn) -> list[Ladder]:
    """By policy; a policy with variants has several."""
    cursor = await conn.execute("SELECT policy, ladders FROM schedule_ladder ORDER BY policy")
    return [
        Ladder(policy, tuple(tuple(step) for step in steps))
        for policy, ladders in await cursor.fetchall()
        for steps in ladders
    ]


async def find_look(conn: Conn) -> LastLook | None:
    """The last nightly look."""
    async with conn.cursor(row_factory=struct_row(LastLook)) as cursor:
        await cursor.execute("SELECT looked_at, until, findings FROM oncall_look")
        return await cursor.fetchone()


async def upsert_look(conn: Conn, look: LastLook) -> None:
    await conn.execute(
        """
        INSERT INTO oncall_look (looked_at, until, findings) VALUES (%s, %s, %s)
        ON CONFLICT (only_one) DO UPDATE SET
            looked_at = excluded.looked_at, until = excluded.until, findings = excluded.findings
        """,
        (look.looked_at, look.until, as_jsonb(look.findings)),
    )
