"""Recommendations on the wire (MET-3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from tocsin.kernel.ids import incident_ref

if TYPE_CHECKING:  # the command line reads these representations, and starts without the database
    from tocsin.insights import recommendations as found


class Recommendation(msgspec.Struct, kw_only=True):
    """A pattern, the incidents it is told from – five at least –, and what usually helps. `about`: a service, a cause
    or an alert, empty: the work as a whole."""

    pattern: str
    about: str
    finding: str
    evidence: list[str]
    ways: list[str]


class RecommendationList(msgspec.Struct, kw_only=True):
    """That of most incidents first."""

    months: int
    recommendations: list[Recommendation]


def recommendation_list(months: int, told: Sequence[found.Recommendation]) -> RecommendationList:
    return RecommendationList(
        months=months,
        recommendations=[recommendation(each) for each in told],
    )


def recommendation(each: found.Recommendation) -> Recommendation:
    return Recommendation(
        pattern=each.pattern,
        about=each.about,
        finding=each.finding,
        evidence=[incident_ref(number) for number in each.evidence],
        ways=list(each.ways),
    )
