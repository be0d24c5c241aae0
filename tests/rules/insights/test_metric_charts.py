"""Charts of the metrics: a small history whose figures are worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.incidents.measures import ACKNOWLEDGE, DETECT, Instants
from tocsin.insights.drill import Drilled, narrowed
from tocsin.insights.metric_charts import by_month_and_level, hours, ranked, span_words, trend, weekdays
from tocsin.insights.metric_figures import metrics_of
from tocsin.insights.metric_model import Case, Dimension, Metrics, Question, Reckoning
from tocsin.kernel.charts import Series

MONTHS = ("2026-09", "2026-10")


def case(day: str, minutes: int | None, severity: str | None) -> Case:
    """Detected at noon of a day, acknowledged so many minutes later."""
    at = datetime.fromisoformat(f"{day}T12:00:00Z")
    taken = None if minutes is None else at + timedelta(minutes=minutes)
    return Case(at=at, instants=Instants(None, at, taken, None, None), severity=severity)


HISTORY = [
    case("2026-09-02", 10, "SEV-1"),
    case("2026-10-05", 2, "SEV-1"),
    case("2026-10-06", 4, "SEV-2"),
    case("2026-10-07", None, None),
]


def asked(*by: Dimension) -> Metrics:
    since, until = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)
    return metrics_of(HISTORY, Question(since=since, until=until, by=by), Reckoning())


def test_the_course_of_a_time() -> None:
    """October has 2 and 4 minutes: median 3, and the 90th percentile nine tenths of the way between them."""
    chart = trend(asked(Dimension.MONTH), ACKNOWLEDGE, MONTHS, target=300.0)
    assert chart.labels == ("Sep", "Oct")
    assert chart.series == (Series("median", (10.0, 3.0)), Series("90th percentile", (10.0, 3.8)))
    assert (chart.unit, chart.target, chart.target_words) == ("minutes", 5.0, "target 5 min")
    assert chart.alt == "MTTA: median 3 min in Oct, from 2 incidents; 10 min in Sep, from 1 incident."


def test_a_time_that_nothing_is_known_of() -> None:
    chart = trend(asked(Dimension.MONTH), DETECT, MONTHS)
    assert chart.is_empty
    assert chart.alt == "MTTD: no incident has both instants."


def test_how_many_by_level_and_month() -> None:
    chart = by_month_and_level(
        asked(Dimension.SEVERITY, Dimension.MONTH), MONTHS, ["SEV-1", "SEV-2", "SEV-3"], MONTHS[0]
    )
    assert [(each.name, each.values) for each in chart.series] == [
        ("SEV-1", (1, 1)),
        ("SEV-2", (0, 1)),
        ("unclassified", (0, 1)),
    ]
    assert chart.alt == "4 in all, 1 in Sep."


def test_the_most_frequent_come_first_and_the_many_rare_ones_together() -> None:
    chart = ranked("Which?", {f"s{n:02}": float(n) for n in range(1, 15)}.items())
    assert (chart.labels[0], chart.labels[-1], len(chart.labels)) == ("s14", "4 others", 11)
    assert chart.series[0].values[-1] == 1 + 2 + 3 + 4
    assert ranked("Which?", ()).alt.startswith("There were none.")


def test_days_and_hours_are_all_shown() -> None:
    assert weekdays({"Tuesday": 3.0}).series[0].values == (0, 3, 0, 0, 0, 0, 0)
    assert weekdays({"Tuesday": 3.0}).alt == "Most: Tuesday, 3 of 3."
    assert len(hours({"14:00": 1.0}).labels) == 24


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0, "0 s"),
        (59.5, "59.5 s"),
        (90, "1.5 min"),
        (3600, "1 h"),
        (3599 * 2, "2 h"),
        (7500, "2 h 5 min"),
        (172_800, "2 days"),
    ],
)
def test_a_time_as_people_say_it(seconds: float | None, words: str) -> None:
    assert span_words(seconds) == words


def test_a_list_is_narrowed_by_level_and_cause() -> None:
    at = datetime(2026, 10, 1, tzinfo=UTC)
    one, two = (
        Drilled(number=n, title="t", at=at, severity=severity, cause=cause, services=(), instants=HISTORY[0].instants)
        for n, severity, cause in ((1, "SEV-1", None), (2, "SEV-2", "capacity"))
    )
    assert narrowed((one, two), severities=()) == (one, two)
    assert narrowed((one, two), severities={"SEV-1"}) == (one,)
    assert narrowed((one, two), severities=(), cause="none") == (one,)
    assert narrowed((one, two), severities=(), cause="capacity") == (two,)
