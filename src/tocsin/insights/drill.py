"""The incidents behind a figure, one a row: the same that are counted (MET-1)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec import Struct
from psycopg.sql import SQL

from tocsin.incidents.measures import Durations, Instants, durations
from tocsin.insights import metric_sql
from tocsin.insights.metric_model import Question, Reckoning
from tocsin.kernel.db import Conn

MOST = 5000


class Drilled(Struct, frozen=True, kw_only=True):
    """One incident that counts. `at` is its detection."""

    number: int
    title: str
    at: datetime
    severity: str | None
    cause: str | None
    services: tuple[str, ...]
    instants: Instants

    def took(self, mttr_from: str) -> Durations:
        return durations(self.instants, mttr_from)


async def list_incidents(
    conn: Conn, scopes: Sequence[int], question: Question, reckoning: Reckoning
) -> tuple[Drilled, ...]:
    """Those of these scopes that the metrics of a question count, the latest first, at most `MOST`."""
    statement = SQL(
        """
        SELECT a.number, a.title, a.detected_at, a.severity, a.cause_category, array(
            SELECT service FROM incident_service WHERE incident_id = a.id ORDER BY service
        ), a.started_at, a.acknowledged_at, a.mitigated_at, a.resolved_at
        FROM incident a WHERE a.id IN (SELECT id FROM ({}) counted)
        ORDER BY a.detected_at DESC, a.number DESC LIMIT {}
        """
    ).format(metric_sql.asked(Question(since=question.since, until=question.until, services=question.services)), MOST)
    cursor = await conn.execute(statement, metric_sql.parameters(question, reckoning, scopes))
    return tuple(
        Drilled(
            number=number,
            title=title,
            at=at,
            severity=severity,
            cause=cause,
            services=tuple(services),
            instants=Instants(started, at, acknowledged, mitigated, resolved),
        )
        for number, title, at, severity, cause, services, started, acknowledged, mitigated, resolved in (
            await cursor.fetchall()
        )
    )


def narrowed(incidents: Sequence[Drilled], *, severities: Collection[str], cause: str = "") -> tuple[Drilled, ...]:
    """Those of some levels, and of one cause; nothing said: all. `none` is what has no cause."""
    return tuple(
        each
        for each in incidents
        if (not severities or each.severity in severities) and cause in ("", each.cause or "none")
    )
