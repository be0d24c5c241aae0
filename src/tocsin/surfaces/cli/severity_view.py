"""How often the suggested severity was changed, on the command line."""

from collections.abc import Sequence

from rich.table import Table

from tocsin.surfaces.cli import output
from tocsin.surfaces.wire.severity_review import Counted, SeverityReview

_HEADINGS = ("suggested", "taken", "raised", "lowered", "no answer", "changed")


def print_review(told: SeverityReview) -> None:
    """The sentence, the two tables, and each change with its reason."""
    output.say((output.line(told.conclusion), "bold"))
    output.say(
        f"Suggestions from {told.since:%Y-%m-%d} to {told.until:%Y-%m-%d}, by the profile {told.profile}; without"
        " drills and private incidents."
    )
    for heading, rows in (("level", [*told.levels, told.total]), ("criterion", told.criteria)):
        if rows and told.total.suggested:
            output.show("", _table(heading, rows))
    for each in told.changes:
        why = f": {output.line(each.reason)}" if each.reason else ""
        output.say(f"  {each.incident} {each.suggested} → {each.kept}, {output.line(each.by)}{why}")


def _table(heading: str, rows: Sequence[Counted]) -> Table:
    return output.table(
        (heading, *_HEADINGS),
        [
            (
                output.line(row.name),
                *map(str, (row.suggested, row.taken, row.raised, row.lowered, row.unanswered)),
                "–" if row.changed_percent is None else f"{row.changed_percent} %",
            )
            for row in rows
        ],
        flexible=0,
    )
