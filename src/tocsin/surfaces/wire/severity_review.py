"""The review of suggested severities on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tocsin.kernel.ids import incident_ref

if TYPE_CHECKING:  # the command line reads these representations, and starts without the database
    from tocsin.insights.severity_review import Review, Row, Tally


class Counted(msgspec.Struct, kw_only=True):
    """Suggestions of one level, or that one criterion decided, and what became of them. `raised`: people made it worse.
    `changed_percent` is of the answered ones, null: none was.
    """

    name: str
    suggested: int
    taken: int
    raised: int
    lowered: int
    unanswered: int
    changed_percent: int | None


class Changed(msgspec.Struct, kw_only=True):
    """One suggestion that people changed, and why."""

    incident: str
    at: datetime
    suggested: str
    kept: str
    by: str
    reason: str


class SeverityReview(msgspec.Struct, kw_only=True):
    """From `since` to `until`, of incidents that the caller may see, without drills and private ones. `left_out` counts
    suggestions of levels that the active profile does not have.
    """

    since: datetime
    until: datetime
    profile: str
    conclusion: str
    total: Counted
    levels: list[Counted]
    criteria: list[Counted]
    left_out: int
    changes: list[Changed]


def severity_review(found: Review) -> SeverityReview:
    return SeverityReview(
        since=found.since,
        until=found.until,
        profile=found.profile,
        conclusion=found.conclusion,
        total=_counted("all", found.total),
        levels=_rows(found.levels),
        criteria=_rows(found.criteria),
        left_out=found.left_out,
        changes=[
            Changed(
                incident=incident_ref(each.number),
                at=each.at,
                suggested=each.suggested,
                kept=each.kept or "",
                by=each.kept_by or "",
                reason=each.reason or "",
            )
            for each in found.changes
        ],
    )


def _rows(rows: Sequence[Row]) -> list[Counted]:
    return [_counted(row.name, row.tally) for row in rows]


def _counted(name: str, tally: Tally) -> Counted:
    return Counted(
        name=name,
        suggested=tally.suggested,
        taken=tally.taken,
        raised=tally.raised,
        lowered=tally.lowered,
        unanswered=tally.unanswered,
        changed_percent=tally.changed_percent,
    )
