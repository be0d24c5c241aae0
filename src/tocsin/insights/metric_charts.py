"""Charts of the metrics of incidents: one question each. Pure; `metric_figures` has the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from tocsin.incidents.measures import ACKNOWLEDGE, DETECT, MITIGATE, RESOLVE
from tocsin.insights.metric_definitions import A_PERSON, A_WEEK, INCIDENTS, PERCENT, SECONDS, definition
from tocsin.insights.metric_groups import NONE
from tocsin.insights.metric_model import Figure, Metrics
from tocsin.insights.rail_charts import month_words
from tocsin.kernel.charts import Chart, Series, number_words
from tocsin.kernel.localtime import WEEKDAYS

ASKS = {
    DETECT: "How long until we knew?",
    ACKNOWLEDGE: "How long until somebody took it?",
    MITIGATE: "How long until it hurt less?",
    RESOLVE: "How long until it was over?",
}
"""The question of each time that has a target."""
MOST_ROWS = 10
UNITS = ((86_400, "days"), (3600, "hours"), (60, "minutes"), (1, "seconds"))
ENOUGH = 3
"""Of a larger unit, from this much of it on."""
ENDINGS = {A_WEEK: " a week", PERCENT: " %", A_PERSON: " a person"}
LEVEL_TONES = ("sev-1", "sev-2", "sev-3", "sev-4")


def picked(found: Metrics, measure: str) -> tuple[Figure, ...]:
    """One measure of every group, in order."""
    return tuple(each for each in found.figures if each.measure == measure)


def trend(found: Metrics, measure: str, months: Sequence[str], target: float | None = None) -> Chart:
    """Median and 90th percentile of a time by month; `found` is grouped by month alone, `target` in seconds."""
    by_month = {each.group[-1]: each for each in picked(found, measure)}
    medians = [_seconds(by_month, month, "median") for month in months]
    slow = [_seconds(by_month, month, "p90") for month in months]
    size, unit = _unit([*medians, *slow, target])
    return Chart(
        title=ASKS[measure],
        alt=_trend_words(found, measure, months, by_month),
        kind="line",
        labels=tuple(map(month_words, months)),
        series=(Series("median", _scaled(medians, size)), Series("90th percentile", _scaled(slow, size))),
        unit=unit,
        target=None if target is None else target / size,
        target_words=f"target {span_words(target)}",
    )


def by_month_and_level(found: Metrics, months: Sequence[str], levels: Sequence[str], last: str) -> Chart:
    """How many incidents; `found` is grouped by severity and month, `levels` are those of the profile, worst first.
    `last` is the last month that is over."""
    counts = {each.group: each.value or 0 for each in picked(found, INCIDENTS)}
    named = [level for level in (*levels, NONE) if any(counts.get((level, month)) for month in months)]
    series = tuple(
        Series(
            "unclassified" if level == NONE else level,
            tuple(counts.get((level, month), 0) for month in months),
            LEVEL_TONES[min(levels.index(level), 3)] if level in levels else "line",
        )
        for level in named
    )
    n = sum(counts.get((level, last), 0) for level in named)
    return Chart(
        title="How many incidents?",
        alt=f"{number_words(sum(counts.values()))} in all, {number_words(n)} in {month_words(last)}.",
        kind="stack",
        labels=tuple(map(month_words, months)),
        series=series or (Series("incidents", (0,) * len(months)),),
        unit="incidents",
        is_whole=True,
    )


def ranked(title: str, counts: Iterable[tuple[str, float]]) -> Chart:
    """The most frequent first, those beyond the tenth together."""
    ordered = sorted(counts, key=lambda each: (-each[1], each[0]))
    shown, rest = ordered[:MOST_ROWS], ordered[MOST_ROWS:]
    if rest:
        shown.append((f"{len(rest)} others", sum(n for _, n in rest)))
    first = f"Most: {ordered[0][0]}, {number_words(ordered[0][1])}." if ordered else "There were none."
    return Chart(
        title=title,
        alt=f"{first} All together: {number_words(sum(n for _, n in ordered))}.",
        kind="rows",
        labels=tuple(name for name, _ in shown),
        series=(Series("incidents", tuple(n for _, n in shown)),),
        unit="incidents",
        is_whole=True,
    )


def weekdays(counts: dict[str, float]) -> Chart:
    return _columns("On which days?", [(name, name[:3]) for name in WEEKDAYS], counts)


def hours(counts: dict[str, float]) -> Chart:
    return _columns("At which hours?", [(f"{hour:02}:00", f"{hour:02}") for hour in range(24)], counts)


def _columns(title: str, places: Sequence[tuple[str, str]], counts: dict[str, float]) -> Chart:
    values = tuple(counts.get(name, 0) for name, _ in places)
    most = max(places, key=lambda place: counts.get(place[0], 0))[0]
    return Chart(
        title=title,
        alt=f"Most: {most}, {number_words(counts.get(most, 0))} of {number_words(sum(values))}.",
        kind="bar",
        labels=tuple(short for _, short in places),
        series=(Series("incidents", values),),
        unit="incidents",
        is_whole=True,
    )


def span_words(seconds: float | None) -> str:
    """`45 s`, `4.5 min`, `2 h 5 min`, `3 days`: a time as people say it; `–` is none."""
    if seconds is None:
        return "–"
    if seconds < 60:
        return f"{number_words(seconds)} s"
    if seconds < 3600:
        return f"{number_words(seconds / 60)} min"
    whole = timedelta(minutes=round(seconds / 60))
    if whole >= timedelta(days=2):
        return f"{number_words(seconds / 86_400)} days"
    hours, rest = divmod(whole, timedelta(hours=1))
    minutes = rest // timedelta(minutes=1)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def value_words(value: float | None, unit: str) -> str:
    """A figure with its unit: `4.5 min`, `80 %`, `2.1 a week`."""
    if value is None:
        return "–"
    return span_words(value) if unit == SECONDS else f"{number_words(value)}{ENDINGS.get(unit, '')}"


def _seconds(by_month: dict[str, Figure], month: str, which: str) -> float | None:
    figure = by_month.get(month)
    return None if figure is None else getattr(figure, which)


def _scaled(values: Iterable[float | None], size: int) -> tuple[float | None, ...]:
    return tuple(None if value is None else round(value / size, 3) for value in values)


def _unit(values: Iterable[float | None]) -> tuple[int, str]:
    highest = max((value for value in values if value is not None), default=0.0)
    return next(((size, unit) for size, unit in UNITS if highest >= ENOUGH * size), UNITS[-1])


def _trend_words(found: Metrics, measure: str, months: Sequence[str], by_month: dict[str, Figure]) -> str:
    name = definition(measure, found.reckoning.mttr_from).name
    said = [(month, by_month[month]) for month in months if month in by_month and by_month[month].n]
    if not said:
        return f"{name}: no incident has both instants."
    month, last = said[-1]
    words = f"{name}: median {span_words(last.median)} in {month_words(month)}, from {_of(last.n)}"
    if len(said) == 1:
        return f"{words}."
    month, first = said[0]
    return f"{words}; {span_words(first.median)} in {month_words(month)}, from {_of(first.n)}."


def _of(n: int) -> str:
    return "1 incident" if n == 1 else f"{n} incidents"
