"""What is asked of Prometheus about an incident that is over, and what its numbers mean (PMT-1, PMT-3). Pure.

The figures are the queries that a service names under `impact:`; the courses are those of its PromQL checks and of its
objectives: what shows that it works also shows how it failed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import cast

from msgspec.structs import replace

from tocsin.catalog.checks import PromqlCheck
from tocsin.catalog.model import Service
from tocsin.catalog.slo import goals_of
from tocsin.incidents.model import Incident
from tocsin.postmortems.figures import Figure, SaidFigure
from tocsin.postmortems.measurement_model import Measurement, Query, Said, Span

IMPACT = "impact"
"""The key of a service under which its queries stand."""
WINDOW = "$window"
"""In a query: how long the incident lasted, as PromQL writes a duration."""
MEASURABLE = tuple(figure for figure in Figure if figure is not Figure.SLA_BREACHED)
MOST_CHARTS = 4
STEPS = 48
_SHORTEST_STEP = timedelta(seconds=15)
_SHORTEST = timedelta(minutes=1)
_MARGINS = timedelta(minutes=15), timedelta(hours=2)
_TOGETHER: Mapping[Figure, bool] = {Figure.USERS_AFFECTED: False, Figure.ERROR_RATE: False}
"""Figures of several services that do not add up: the same users, shares of different wholes. The worst is told."""


def span_of(incident: Incident) -> Span | None:
    """From the start of the impact to its mitigation, as error budgets count it; None while that lasts."""
    ended_at = incident.mitigated_at or incident.resolved_at
    begins_at = incident.started_at or incident.detected_at
    return Span(begins_at, max(ended_at, begins_at + _SHORTEST)) if ended_at is not None else None


def is_measurable(incident: Incident) -> bool:
    """It is over, and so is its impact."""
    return incident.resolved_at is not None and span_of(incident) is not None


def with_margin(span: Span, now: datetime) -> Span:
    """A third of the time before and after, so that one sees what was usual; nothing is asked of the future."""
    shortest, longest = _MARGINS
    margin = min(max((span.ends_at - span.begins_at) / 3, shortest), longest)
    return Span(span.begins_at - margin, min(span.ends_at + margin, max(now, span.ends_at)))


def step_of(span: Span) -> timedelta:
    """Whole quarters of a minute, so that a chart has about `STEPS` of them."""
    return math.ceil((span.ends_at - span.begins_at) / STEPS / _SHORTEST_STEP) * _SHORTEST_STEP


def queries_of(services: Sequence[Service], usual: str | None) -> list[Query]:
    """`usual` is the organisation's Prometheus."""
    courses = {each.promql: each for service in services for each in _courses(service, usual)}
    return [*(each for service in services for each in _figures(service, usual)), *[*courses.values()][:MOST_CHARTS]]


def filled(promql: str, span: Span) -> str:
    """The query with the length of the time in it."""
    return promql.replace(WINDOW, f"{round((span.ends_at - span.begins_at).total_seconds())}s")


def checked(said: Said) -> Said:
    """A number that can be told, or why there is none."""
    if said.value is not None and (not math.isfinite(said.value) or said.value < 0):
        return Said(None, f"It says {said.value:g}, which is no figure")
    return said


def measured_figures(latest: Iterable[Measurement]) -> list[SaidFigure]:
    """One a figure, of all services together; none where one of them could not be measured: half is not told."""
    asked = sorted((each for each in latest if each.figure is not None), key=_order)
    told: list[SaidFigure] = []
    for figure, group in groupby(asked, lambda each: each.figure):
        answers = list(group)
        values = [each.value for each in answers if each.value is not None]
        if figure is not None and len(values) == len(answers):
            told.append(_figure(figure, values, answers))
    return told


def without_texts(measured: Measurement, texts: Iterable[str], mark: str) -> Measurement:
    """The same with a mark wherever words of it are one of these texts; its numbers stay."""
    gone = tuple(texts)

    def marked(words: str) -> str:
        for text in gone:
            words = words.replace(text, mark)
        return words

    chart = measured.chart
    return replace(
        measured,
        title=marked(measured.title),
        query=marked(measured.query),
        trouble=marked(measured.trouble),
        chart=replace(
            chart,
            title=marked(chart.title),
            alt=marked(chart.alt),
            series=tuple(replace(each, name=marked(each.name)) for each in chart.series),
        )
        if chart is not None
        else None,
    )


def source_words(measured: Measurement) -> str:
    """ "Prometheus about checkout, 03:05 to 03:52 UTC, read 2026-11-21 04:05 UTC: sum(…)"."""
    begin, end = f"{measured.begins_at:%Y-%m-%d %H:%M}", f"{measured.ends_at:%H:%M}"
    if measured.ends_at.date() != measured.begins_at.date():
        end = f"{measured.ends_at:%Y-%m-%d %H:%M}"
    read = f"read {measured.measured_at:%Y-%m-%d %H:%M} UTC"
    return f"Prometheus about {measured.service}, {begin} to {end} UTC, {read}: {measured.query}"


def _figures(service: Service, usual: str | None) -> Iterator[Query]:
    named = cast("Mapping[str, str]", service.more.get(IMPACT) or {})
    prometheus = (service.slo.prometheus if service.slo is not None else None) or usual
    for figure in MEASURABLE:
        if figure.value in named:
            yield Query(service=service.name, promql=named[figure.value], prometheus=prometheus, figure=figure)


def _courses(service: Service, usual: str | None) -> Iterator[Query]:
    for check in service.checks:
        if isinstance(check, PromqlCheck):
            bound = check.bounds.below if check.bounds.below is not None else check.bounds.above
            yield Query(
                service=service.name,
                promql=check.query,
                prometheus=check.prometheus or usual,
                title=check.name,
                bound=bound,
                bound_words=""
                if bound is None
                else f"{'below' if check.bounds.below is not None else 'above'} is good",
            )
    if service.slo is None:
        return
    for goal in goals_of(service.slo):
        if goal.query is not None:
            title = f"{goal.objective.value.replace('-', ' ')}"
            prometheus = service.slo.prometheus or usual
            yield Query(service=service.name, promql=goal.query, prometheus=prometheus, title=title)


def _figure(figure: Figure, values: Sequence[float], answers: Sequence[Measurement]) -> SaidFigure:
    value = sum(values) if _TOGETHER.get(figure, True) else max(values)
    return SaidFigure(
        name=figure,
        value=f"{value * 100:.4g}%" if figure.is_share else str(round(value)),
        source="; ".join(source_words(each) for each in answers),
        by="tocsin",
        at=answers[0].measured_at,
    )


def _order(measured: Measurement) -> tuple[int, int]:
    return (MEASURABLE.index(measured.figure) if measured.figure is not None else 0, measured.n)
