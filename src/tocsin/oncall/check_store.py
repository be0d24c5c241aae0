"""Every statement about what the checker of schedules is told and has found."""

from collections.abc import Sequence

from tocsin.kernel.db import Conn, as_jsonb
from tocsin.oncall.findings import Ladder

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
