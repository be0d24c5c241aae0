"""The reports of months as they were made, and which were mailed (MET-4)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.insights.report_model import Report
from tocsin.kernel.db import Conn, as_jsonb


async def find_report(conn: Conn, month: str) -> Report | None:
    cursor = await conn.execute("SELECT document FROM monthly_report WHERE month = %s", (month,))
    row = await cursor.fetchone()
    return None if row is None else msgspec.convert(row[0], Report)


async def list_reports(conn: Conn) -> list[Report]:
    """All there are, for whoever changes them: they are locked."""
    cursor = await conn.execute("SELECT document FROM monthly_report ORDER BY month FOR UPDATE")
    return [msgspec.convert(document, Report) for (document,) in await cursor.fetchall()]


async def insert_report(conn: Conn, report: Report) -> None:
    """Unless there is one of its month: the first that was made stays."""
    await conn.execute(
        "INSERT INTO monthly_report (month, document) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (report.month, as_jsonb(report)),
    )


async def update_report(conn: Conn, report: Report) -> None:
    await conn.execute("UPDATE monthly_report SET document = %s WHERE month = %s", (as_jsonb(report), report.month))


async def list_unseen(conn: Conn, numbers: Sequence[int], scopes: Sequence[int]) -> list[int]:
    """Which of these incidents are of none of these scopes."""
    cursor = await conn.execute(
        "SELECT number FROM incident WHERE number = ANY(%b) AND scope_id <> ALL(%b)", (list(numbers), list(scopes))
    )
    return [number for (number,) in await cursor.fetchall()]


async def is_mailed(conn: Conn, month: str) -> bool:
    cursor = await conn.execute("SELECT FROM monthly_report WHERE month = %s AND mailed_at IS NOT NULL", (month,))
    return await cursor.fetchone() is not None


async def claim_mail(conn: Conn, month: str, at: datetime) -> bool:
    """Whether it is the caller who mails it."""
    cursor = await conn.execute(
        "UPDATE monthly_report SET mailed_at = %s WHERE month = %s AND mailed_at IS NULL", (at, month)
    )
    return cursor.rowcount > 0
