"""How a question about metrics is put to PostgreSQL: the incidents it is about and the groups they fall into.

Pieces of statements only; `metric_store` makes them whole. The formulas come from the one place that defines them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

from psycopg.sql import SQL, Composed, Identifier

from tocsin.incidents.measures import Definition, Instants
from tocsin.insights.metric_model import Dimension, Question, Reckoning

_LOCAL: LiteralString = "(i.detected_at AT TIME ZONE %(zone)s)"

_GROUPS: Mapping[Dimension, LiteralString] = {
    Dimension.SEVERITY: "i.severity",
    Dimension.SERVICE: "x.service",
    Dimension.TEAM: "s.team",
    Dimension.CAUSE: "i.cause_category",
    Dimension.WEEKDAY: f"extract(isodow FROM {_LOCAL})::integer - 1",
    Dimension.HOUR: f"extract(hour FROM {_LOCAL})::integer",
    Dimension.WEEK: f"date_bin('7 days', {_LOCAL}, TIMESTAMP '2001-01-01')::date",  # a Monday; cheaper than date_trunc
    Dimension.MONTH: f"date_trunc('month', {_LOCAL})::date",
}
_OF_SERVICE: LiteralString = " AND x.service = ANY(%(services)b)"
_TEAMS: LiteralString = """
    LEFT JOIN LATERAL (
        SELECT DISTINCT s.team FROM incident_service x LEFT JOIN service s ON s.name = x.service
        WHERE x.incident_id = i.id {of_service}
    ) s ON true
"""
_ASKED: LiteralString = """
    SELECT i.id, i.severity, i.started_at, i.detected_at, i.acknowledged_at, i.mitigated_at, i.resolved_at {columns}
    FROM incident i {joins}
    WHERE i.detected_at >= %(since)s AND i.detected_at < %(until)s AND NOT i.is_drill AND i.merged_into IS NULL
        AND i.scope_id = ANY(%(scopes)b) {touching}
"""
_TOUCHING: LiteralString = "AND EXISTS (SELECT FROM incident_service x WHERE x.incident_id = i.id {of_service})"


def asked(question: Question, *, each_service: bool = False) -> Composed:
    """The incidents that count, with `g0`, `g1` for their groups: a row for each group of each incident; with
    `each_service` a row for each service, in the column `service`."""
    by = question.by
    columns = [SQL(", {} AS {}").format(SQL(_GROUPS[each]), name) for each, name in zip(by, names(by), strict=True)]
    if each_service:
        columns.append(SQL(", x.service").format())
    of_service = SQL(_OF_SERVICE if question.services else "")
    joins = SQL("")
    if each_service or Dimension.SERVICE in by:
        joins = SQL("LEFT JOIN incident_service x ON x.incident_id = i.id {}").format(of_service)
        if Dimension.TEAM in by:
            joins += SQL(" LEFT JOIN service s ON s.name = x.service")
    elif Dimension.TEAM in by:
        joins = SQL(_TEAMS).format(of_service=of_service)
    touching = SQL(_TOUCHING).format(of_service=of_service) if question.services else SQL("")
    return SQL(_ASKED).format(columns=Composed(columns), joins=joins, touching=touching)


def names(by: Sequence[Dimension], of: str = "") -> list[Composed]:
    """The columns of the groups, of a table by its alias."""
    qualified = [[of, f"g{place}"] if of else [f"g{place}"] for place in range(len(by))]
    return [Composed([Identifier(*each)]) for each in qualified]


def listed(by: Sequence[Dimension], of: str = "") -> Composed:
    """Those columns with a comma behind each, to stand before others."""
    return Composed([SQL("{}, ").format(each) for each in names(by, of)])


def grouping(by: Sequence[Dimension]) -> Composed:
    """`GROUP BY` them; without any there is one group, empty or not."""
    return SQL("GROUP BY {}").format(SQL(", ").join(names(by)) if by else SQL("()"))


def order(by: Sequence[Dimension]) -> Composed:
    """`ORDER BY` them, so that what comes behind needs no sort of its own."""
    return SQL("ORDER BY {}").format(SQL(", ").join(names(by))) if by else Composed([])


def instants() -> Composed:
    """The instants of an incident, with a comma before each."""
    return Composed([SQL(", {}").format(Identifier(each)) for each in Instants._fields])


def times(said: Mapping[str, Definition]) -> Composed:
    """The seconds of each measure as a column of its name; null: it cannot be said. Numbers, since PostgreSQL sorts
    them in half the time that it takes for intervals."""
    name = SQL(", CASE WHEN {to} >= {from_} THEN date_part('epoch', {to} - {from_}) END AS {measure}")
    return Composed(
        [
            name.format(to=Identifier(each.to), from_=Identifier(each.from_), measure=Identifier(measure))
            for measure, each in said.items()
        ]
    )


def parameters(question: Question, reckoning: Reckoning, scopes: Sequence[int]) -> dict[str, Any]:
    """What `asked` wants to be given."""
    return {
        "since": question.since,
        "until": question.until,
        "services": list(question.services),
        "scopes": list(scopes),
        "zone": reckoning.zone,
    }
