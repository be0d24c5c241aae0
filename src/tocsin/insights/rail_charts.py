"""The charts about guard rails: one question each. Pure."""

from __future__ import annotations

from datetime import date

from tocsin.insights.rail_trends import Course, Trends, rule_words
from tocsin.kernel.charts import Chart, Series

MOST_LINES = 5


def which_fired(found: Trends) -> Chart:
    """By rule, the most frequent first."""
    first = found.rules[0] if found.rules else None
    alt = f"Most often: {rule_words(first.name)}, {_times(first.total)}." if first else "None fired."
    return Chart(
        title="Which guard rails fired?",
        alt=f"{alt} All together: {_times(found.total.total)}, in {_incidents(found.total.incidents)}.",
        kind="rows",
        labels=tuple(rule_words(each.name) for each in found.rules),
        series=(Series("times", tuple(each.total for each in found.rules)),),
        unit="times",
        is_whole=True,
    )


def when_fired(found: Trends) -> Chart:
    """By month, of each team that owns what broke; of one team alone when one was asked for."""
    shown = found.teams[:MOST_LINES] if found.team is None and len(found.teams) > 1 else (_named(found),)
    return Chart(
        title="Is it getting better?",
        alt=_course_words(found),
        kind="line",
        labels=tuple(month_words(each) for each in found.months),
        series=tuple(Series(each.name, each.counts) for each in shown),
        unit="times",
        is_whole=True,
    )


def month_words(name: str) -> str:
    """`Oct`, and of a January the year beside it."""
    first = date.fromisoformat(f"{name}-01")
    return f"{first:%b %y}" if first.month == 1 else f"{first:%b}"


def _named(found: Trends) -> Course:
    return Course(found.team or "all teams", found.total.counts, found.total.incidents)


def _course_words(found: Trends) -> str:
    """The first whole month and the last: the present one is not over."""
    months = len(found.months)
    if months < 3:
        return f"{_times(found.total.total)} in {_incidents(found.total.incidents)}."
    before, last = found.total.counts[0], found.total.counts[-2]
    return (
        f"{_times(before)} in {_incidents(found.incidents[0])} of {month_words(found.months[0])}, "
        f"{_times(last)} in {_incidents(found.incidents[-2])} of {month_words(found.months[-2])}, the last whole month."
    )


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n} times"


def _incidents(n: int) -> str:
    return "1 incident" if n == 1 else f"{n} incidents"
