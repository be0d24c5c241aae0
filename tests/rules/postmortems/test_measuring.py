"""What Prometheus is asked about an incident and what a draft makes of it (PMT-1, PMT-3): its time, its queries,
figures of several services, what could not be said, and charts with hostile names.
"""

import math
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.rules.postmortems.examples import after, entry
from tests.rules.postmortems.history import ENTRIES, checkout_fails
from tocsin.catalog.checks import Bounds, PromqlCheck, TcpCheck
from tocsin.catalog.model import Service
from tocsin.catalog.slo import Slo
from tocsin.kernel.charts import Chart, in_words
from tocsin.kernel.markdown import render
from tocsin.postmortems.charting import DURING, MOST_LINES, USUAL, chart_of
from tocsin.postmortems.drafting import draft_body
from tocsin.postmortems.figures import Figure
from tocsin.postmortems.layouts import LAYOUTS
from tocsin.postmortems.measurement_model import Line, Measurement, Query, Said, Span
from tocsin.postmortems.measuring import (
    MOST_CHARTS,
    checked,
    filled,
    measured_figures,
    queries_of,
    span_of,
    step_of,
    with_margin,
)
from tocsin.postmortems.picturing import charts_in, with_drawings, with_files
from tocsin.postmortems.templates import GENERAL

SPAN = Span(after(0), after(48))
CHECK = PromqlCheck(name="errors", query="rate", bounds=Bounds(below=0.01))
CHECKOUT = Service(
    name="checkout",
    checks=(CHECK, TcpCheck(name="port", host="db", port=5432)),
    slo=Slo(error_rate=1.0, errors="failed", prometheus="https://slo.example.com"),
    more={"impact": {"failed_requests": "sum(increase(failed[$window]))"}},
)


def measured(value: float | None = None, **more: Any) -> Measurement:
    about: dict[str, Any] = {
        "n": 1,
        "service": "checkout",
        "figure": Figure.FAILED_REQUESTS,
        "title": "",
        "query": "sum(x)",
        "begins_at": after(0),
        "ends_at": after(48),
        "measured_at": after(80),
        "trouble": "" if value is not None else "There is no data",
    }
    return Measurement(**(about | {"value": value} | more))


def test_the_time_is_that_of_the_impact_until_it_was_mitigated() -> None:
    incident = checkout_fails().incident
    assert span_of(incident) == Span(after(-4), after(60))
    assert span_of(replace(incident, started_at=None, mitigated_at=None)) == Span(incident.detected_at, after(80))
    assert span_of(replace(incident, mitigated_at=None, resolved_at=None)) is None
    short = span_of(replace(incident, mitigated_at=after(-4)))
    assert short is not None
    assert short.ends_at - short.begins_at == timedelta(minutes=1)


def test_a_chart_shows_what_was_usual_and_asks_nothing_of_the_future() -> None:
    assert with_margin(SPAN, after(200)) == Span(after(-16), after(64))
    assert with_margin(SPAN, after(50)) == Span(after(-16), after(50))
    day = Span(after(0), after(24 * 60))
    assert with_margin(day, after(9999)) == Span(after(-120), after(26 * 60))


@given(st.integers(1, 60 * 24 * 90))
def test_a_chart_has_few_steps_of_whole_quarters_of_a_minute(minutes: int) -> None:
    span = Span(after(0), after(minutes))
    step = step_of(span)
    assert step % timedelta(seconds=15) == timedelta()
    assert (span.ends_at - span.begins_at) / step <= 48


def test_figures_come_from_impact_and_courses_from_checks_and_objectives() -> None:
    found = queries_of([CHECKOUT], "https://prometheus.example.com")
    assert [(each.figure, each.title, each.promql, each.prometheus) for each in found] == [
        (Figure.FAILED_REQUESTS, "", "sum(increase(failed[$window]))", "https://slo.example.com"),
        (None, "errors", "rate", "https://prometheus.example.com"),
        (None, "error rate", "failed", "https://slo.example.com"),
    ]
    assert (found[1].bound, found[1].bound_words) == (0.01, "below is good")
    assert filled(found[0].promql, SPAN) == "sum(increase(failed[2880s]))"
    many = Service(name="m", checks=tuple(PromqlCheck(name=f"c{n}", query=f"q{n}") for n in range(9)))
    assert len(queries_of([many, many], None)) == MOST_CHARTS
    assert queries_of([Service(name="plain")], None) == []


def test_several_services_add_up_where_that_means_something() -> None:
    one, other = measured(1200.4), measured(3.0, n=2, service="carts")
    (told,) = measured_figures([one, other])
    assert (told.name, told.value, told.by) == (Figure.FAILED_REQUESTS, "1203", "tocsin")
    assert told.source.startswith("Prometheus about checkout, 2026-")
    assert "; Prometheus about carts, " in told.source
    share = {"figure": Figure.ERROR_RATE}
    (rate,) = measured_figures([measured(0.1234, **share), measured(0.02, n=2, **share)])
    assert rate.value == "12.34%"
    assert measured_figures([one, measured(None, n=2)]) == [], "half is not told"


@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0])
def test_what_is_no_figure_is_trouble(value: float) -> None:
    found = checked(Said(value))
    assert found.value is None
    assert "no figure" in found.trouble


def test_one_line_is_told_apart_in_during_and_not() -> None:
    chart = chart_of(query(), [line(lambda n: float(n))], Span(after(-2), after(5)), Span(after(0), after(3)), MINUTE)
    assert [each.name for each in chart.series] == [USUAL, DURING]
    assert chart.series[0].values == (0.0, 1.0, 2.0, None, None, 5.0, 6.0, 7.0)
    assert chart.series[1].values == (None, None, 2.0, 3.0, 4.0, 5.0, None, None)
    assert "2 when the incident began" in chart.alt
    assert "at most 5 at" in chart.alt


HOSTILE = "</svg><script>alert(1)</script>](javascript:x) \u202e| `a`"


def test_labels_are_names_and_nothing_else() -> None:
    lines = [line(lambda n, peak=peak: float(peak + n), pod=f"{HOSTILE}{peak}", job="x") for peak in range(9)]
    chart = chart_of(query(HOSTILE), lines, Span(after(0), after(5)), Span(after(1), after(3)), MINUTE)
    assert len(chart.series) == MOST_LINES
    assert all(each.name.startswith("pod=") and "job" not in each.name for each in chart.series)
    assert not any("\u202e" in each.name for each in chart.series)
    assert "highest of 9 series" in chart.alt
    assert in_words(chart)
    body = draft_with(chart)
    html = render(body).html
    assert "<script" not in html
    assert not re.search(r'(src|href)="javascript', html)
    assert charts_in(body, 7) == (1,)
    assert with_drawings(html, 7, {1: "<svg>drawn</svg>"}).count("<svg>drawn</svg>") == 1
    assert with_drawings(html, 7, {}) == html
    assert with_drawings(html, 70, {1: "<svg></svg>"}) == html, "of another incident"
    assert "](INC-7-chart-1.svg)" in with_files(body, 7, {1: "INC-7-chart-1.svg"})


def test_no_number_at_all_is_said() -> None:
    chart = chart_of(query(), [line(lambda _: math.nan)], Span(after(0), after(5)), Span(after(1), after(3)), MINUTE)
    assert chart.is_empty
    assert "no number" in chart.alt


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=lambda each: each.name)
def test_a_draft_tells_figures_charts_and_what_could_not_be_said(layout: Any) -> None:
    chart = chart_of(query(), [line(float)], Span(after(0), after(5)), Span(after(1), after(3)), MINUTE)
    answers = (
        measured(1204.0),
        measured(None, n=2, figure=Figure.SUPPORT_TICKETS, trouble="Prometheus does not answer: refused"),
        measured(None, n=3, figure=None, title="errors", chart=chart, trouble=""),
        measured(None, n=4, figure=None, title="latency"),
    )
    said = entry(99, 85, "ImpactMeasured", "Asked.", "tocsin", figures={"failed_requests": "1204"})
    told = replace(
        checkout_fails(), entries=(*ENTRIES, said), measured=answers, figures=tuple(measured_figures(answers))
    )
    body = draft_body(told, GENERAL, layout)
    assert "Failed requests: 1 204 (source: Prometheus about checkout" in body
    assert "#entry-99" in body
    assert "Prometheus could not say it of checkout: Prometheus does not answer: refused." in body
    assert "How did latency of checkout go? There is no chart: There is no data." in body
    assert "](/incidents/INC-7/charts/3)" in body
    assert "How many requests failed?" not in body
    impact = body.index("Failed requests")
    assert impact < body.index("/charts/3")


MINUTE = timedelta(minutes=1)


def query(title: str = "errors") -> Query:
    return Query(service="checkout", promql="x", prometheus=None, title=title)


def line(value: Any, **labels: str) -> Line:
    known: Mapping[str, str] = labels
    return Line(known, tuple((after(n - 2), value(n)) for n in range(8)))


def draft_with(chart: Chart) -> str:
    told = replace(checkout_fails(), measured=(measured(None, figure=None, title="errors", chart=chart, trouble=""),))
    return draft_body(told, GENERAL, LAYOUTS["sre"])
