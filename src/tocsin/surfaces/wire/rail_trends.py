"""The trend of guard rails on the wire (PRV-3)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tocsin.kernel.ids import incident_ref

if TYPE_CHECKING:  # the command line reads these representations, and starts without the database
    from tocsin.insights.rail_trends import Course, Trends


class MonthlyCounts(msgspec.Struct, kw_only=True):
    """How often it fired in each month; `incidents`: in how many different ones."""

    name: str
    counts: list[int]
    total: int
    incidents: int


class FiredRail(msgspec.Struct, kw_only=True):
    """Once that a guard rail fired."""

    incident: str
    title: str
    rule: str
    at: datetime
    text: str


class RailTrends(msgspec.Struct, kw_only=True):
    """By month, oldest first, the last one not over yet; `incidents` that began in each. A finding counts for each team
    that owns a service of its incident. Drills and merged incidents are not counted. `fired` has the latest first.
    """

    months: list[str]
    team: str | None
    incidents: list[int]
    total: MonthlyCounts
    rules: list[MonthlyCounts]
    teams: list[MonthlyCounts]
    fired: list[FiredRail]


def rail_trends(found: Trends) -> RailTrends:
    return RailTrends(
        months=list(found.months),
        team=found.team,
        incidents=list(found.incidents),
        total=_counts(found.total),
        rules=[_counts(each) for each in found.rules],
        teams=[_counts(each) for each in found.teams],
        fired=[
            FiredRail(incident=incident_ref(each.number), title=each.title, rule=each.rule, at=each.at, text=each.text)
            for each in found.fired
        ],
    )


def _counts(course: Course) -> MonthlyCounts:
    return MonthlyCounts(name=course.name, counts=list(course.counts), total=course.total, incidents=course.incidents)
