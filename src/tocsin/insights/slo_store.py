"""Every statement about budgets: what Prometheus measured, and what was announced."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.catalog.slo import Objective
from tocsin.insights.slo_model import Sample
from tocsin.kernel.db import Conn, as_jsonb


async def list_samples(conn: Conn, service: str, objective: Objective, since: datetime) -> list[Sample]:
    """Oldest first."""
    cursor = await conn.execute(
        "SELECT at, bad FROM slo_sample WHERE service = %s AND objective = %s AND at > %s ORDER BY at",
        (service, objective.value, since),
    )
    return [Sample(*row) for row in await cursor.fetchall()]


async def find_last_sample(conn: Conn, service: str, objective: Objective) -> datetime | None:
    """None: nothing was ever measured."""
    cursor = await conn.execute(
        "SELECT max(at) FROM slo_sample WHERE service = %s AND objective = %s", (service, objective.value)
    )
    row = await cursor.fetchone()
    return row[0] if row else None


async def insert_samples(conn: Conn, service: str, objective: Objective, samples: Sequence[Sample]) -> None:
    """What is known already stays as it is."""
    await conn.execute(
        """
        INSERT INTO slo_sample (service, objective, at, bad)
        SELECT %s, %s, at, bad FROM jsonb_to_recordset(%s) AS new (at timestamptz, bad double precision)
        ON CONFLICT DO NOTHING
        """,
        (service, objective.value, as_jsonb([sample._asdict() for sample in samples])),
    )


async def delete_samples_before(conn: Conn, at: datetime) -> None:
    await conn.execute("DELETE FROM slo_sample WHERE at < %s", (at,))


async def list_exhausted(conn: Conn) -> dict[tuple[str, Objective], datetime]:
    """By service and objective: since when its budget is known to be used up."""
    cursor = await conn.execute("SELECT service, objective, since FROM slo_exhausted")
    return {(service, Objective(objective)): since for service, objective, since in await cursor.fetchall()}


async def insert_exhausted(conn: Conn, service: str, objective: Objective, now: datetime) -> None:
    await conn.execute(
        "INSERT INTO slo_exhausted (service, objective, since) VALUES (%s, %s, %s)", (service, objective.value, now)
    )


async def delete_exhausted(conn: Conn, service: str, objective: Objective) -> None:
    await conn.execute("DELETE FROM slo_exhausted WHERE service = %s AND objective = %s", (service, objective.value))
