"""The course of a query around an incident as a chart, with what is to be seen in it in words (PMT-1). Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from tocsin.kernel.charts import Chart, Series, clean_name
from tocsin.postmortems.measurement_model import Line, Query, Span

MOST_LINES = 5
USUAL, DURING = "usual", "incident"
_TONE = "sev-1"


def chart_of(query: Query, lines: Sequence[Line], shown: Span, span: Span, step: timedelta) -> Chart:
    """One line is told apart in what was during the incident and what was not; of several the highest are drawn, each
    by the labels that tell it from the others."""
    instants = _instants(shown, step)
    highest = sorted(lines, key=_peak, reverse=True)[:MOST_LINES]
    rows = [_values(line, instants, step) for line in highest]
    if len(highest) == 1:
        series = _in_two(rows[0], instants, span)
    else:
        names = _names([line.labels for line in highest])
        series = tuple(Series(name, values) for name, values in zip(names, rows, strict=True))
    return Chart(
        title=f"{query.title} of {query.service}",
        alt=_in_words(query, highest, span, len(lines)),
        kind="line",
        labels=tuple(_label(at, shown) for at in instants),
        series=series,
        target=query.bound,
        target_words=query.bound_words or "target",
    )


def _instants(shown: Span, step: timedelta) -> list[datetime]:
    count = (shown.ends_at - shown.begins_at) // step
    return [shown.begins_at + n * step for n in range(count + 1)]


def _values(line: Line, instants: Sequence[datetime], step: timedelta) -> tuple[float | None, ...]:
    """The value nearest to each instant; None where there is none, or no number."""
    by_place = {round((at - instants[0]) / step): value for at, value in line.points if math.isfinite(value)}
    return tuple(by_place.get(place) for place in range(len(instants)))


def _in_two(values: Sequence[float | None], instants: Sequence[datetime], span: Span) -> tuple[Series, ...]:
    """Both have the values at the border, so that no gap is drawn between them."""
    during = [span.begins_at <= at <= span.ends_at for at in instants]
    inside = [now and all(during[max(0, place - 1) : place + 2]) for place, now in enumerate(during)]
    return (
        Series(USUAL, tuple(None if within else value for value, within in zip(values, inside, strict=True))),
        Series(DURING, tuple(value if now else None for value, now in zip(values, during, strict=True)), _TONE),
    )


def _names(labels: Sequence[Mapping[str, str]]) -> list[str]:
    """Only the labels in which they differ; what a drawing cannot take is taken out."""
    keys = sorted({key for each in labels for key in each})
    differ = [key for key in keys if len({each.get(key) for each in labels}) > 1]
    names = [", ".join(f"{key}={each.get(key, '')}" for key in differ) for each in labels]
    return [clean_name(name) or f"series {n}" for n, name in enumerate(names, 1)]


def _in_words(query: Query, lines: Sequence[Line], span: Span, count: int) -> str:
    """ "errors of checkout: 0.2 when the incident began at 03:05 UTC, at most 14.1 at 03:12, 0.1 at its end …"."""
    numbers = [(at, value) for line in lines[:1] for at, value in line.points if math.isfinite(value)]
    if not numbers:
        return f"{clean_name(query.title)} of {query.service}: no number in this time."
    first, last = _nearest(numbers, span.begins_at), _nearest(numbers, span.ends_at)
    at, most = max(_within(numbers, span) or numbers, key=lambda point: point[1])
    several = f" The highest of {count} series is described." if count > 1 else ""
    return (
        f"{clean_name(query.title)} of {query.service}: {first:.4g} when the incident began at "
        f"{span.begins_at:%H:%M} UTC, at most {most:.4g} at {at:%H:%M}, {last:.4g} at its end at "
        f"{span.ends_at:%H:%M}.{several}"
    )


def _within(numbers: Iterable[tuple[datetime, float]], span: Span) -> list[tuple[datetime, float]]:
    return [(at, value) for at, value in numbers if span.begins_at <= at <= span.ends_at]


def _nearest(numbers: Sequence[tuple[datetime, float]], wanted: datetime) -> float:
    return min(numbers, key=lambda point: abs(point[0] - wanted))[1]


def _peak(line: Line) -> float:
    return max((value for _, value in line.points if math.isfinite(value)), default=-math.inf)


def _label(at: datetime, shown: Span) -> str:
    """The day only where there are several."""
    return f"{at:%H:%M}" if shown.ends_at - shown.begins_at < timedelta(days=1) else f"{at:%d.%m. %H:%M}"
