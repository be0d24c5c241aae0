"""Error budgets (MET-5): windows, times that overlap, what is over, the gate; totals that always add up."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tocsin.catalog.profiles import active
from tocsin.catalog.slo import (
    MONTH,
    Consequence,
    Goal,
    LatencyTarget,
    Objective,
    Slo,
    SloPolicy,
    downtime_levels_of,
    goals_of,
    in_percent,
    read_latency,
    read_percent,
    read_window,
)
from tocsin.insights.slo import (
    HOUR,
    MINUTE,
    STEP,
    decide_gate,
    in_words,
    list_pieces,
    merge_spans,
    reckon,
    recovers_at,
    total_of,
    used,
)
from tocsin.insights.slo_model import Budget, Piece, Sample, ServiceSlo, Span
from tocsin.kernel.errors import Invalid

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
DAYS_30 = timedelta(days=30)
SLO = Slo(availability=99.9, window=MONTH)
(AVAILABILITY,) = goals_of(SLO)
(ERRORS,) = goals_of(Slo(error_rate=1.0, errors="e"))


def ago(begins: float, ends: float) -> Span:
    """Minutes before now."""
    return Span(NOW - begins * MINUTE, NOW - ends * MINUTE)


def budget_of(*down: Span, goal: Goal = AVAILABILITY, window: timedelta = MONTH, is_down: bool = False) -> Budget:
    return reckon(goal, window, down, (), NOW, is_down=is_down)


@pytest.mark.parametrize(
    ("percent", "window", "minutes"),
    [(99.9, "month", 43.8), (99.9, "30d", 43.2), (99.95, "30d", 21.6), (99.0, "7d", 100.8), (99.99, "month", 4.4)],
)
def test_the_budget_of_a_window(percent: float, window: str, minutes: float) -> None:
    slo = Slo(availability=percent, window=read_window(window))
    (goal,) = goals_of(slo)
    assert round(budget_of(goal=goal, window=slo.window).budget / MINUTE, 1) == minutes


def test_over_a_hundred_per_cent_is_shown() -> None:
    found = budget_of(ago(5_000, 4_865))
    assert in_words(found) == "135 of 43.8 minutes (308 %)"
    assert (found.is_exhausted, found.left) == (True, timedelta())


def test_nothing_is_called_used_up_while_something_is_left() -> None:
    found = budget_of(ago(5_000, 5_000 - 43.82))
    assert (found.is_exhausted, in_words(found)) == (False, "43.8 of 43.8 minutes (99 %)")
    assert in_words(budget_of()) == "0 of 43.8 minutes (0 %)"
    assert in_words(budget_of(ago(10, 9.98))).startswith("<0.1 of")


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [
        ([], 0),
        ([ago(60, 30)], 30),
        ([ago(60, 30), ago(50, 40)], 30),
        ([ago(60, 30), ago(40, 10)], 50),
        ([ago(60, 30), ago(30, 10)], 50),
        ([ago(60, 50), ago(20, 10)], 20),
        ([ago(10, 20)], 0),
    ],
)
def test_times_that_overlap_count_once(spans: Sequence[Span], minutes: int) -> None:
    assert total_of(spans) == minutes * MINUTE
    assert used(list_pieces(spans), NOW - DAYS_30, NOW) == minutes * MINUTE


def test_only_what_lies_in_the_window_counts() -> None:
    days = 24 * 60
    assert budget_of(ago(31 * days, 30 * days - 10), window=DAYS_30).used == 10 * MINUTE
    assert budget_of(ago(40 * days, 31 * days), window=DAYS_30).used == timedelta()


def test_burn_is_by_the_window_and_by_the_span() -> None:
    """Six minutes of the last hour at 99.9 %: a tenth of the hour, a hundred times what the promise allows."""
    burn = dict(budget_of(ago(6, 0)).burn)
    assert {span: round(rate, 2) for span, rate in burn.items()} == {"1h": 100.0, "6h": 16.67, "3d": 1.39}


def test_prometheus_counts_outside_downtime_and_by_its_share() -> None:
    samples = [Sample(NOW - n * STEP, 0.5) for n in range(4)]
    assert used(list_pieces((), samples), NOW - HOUR, NOW) == 10 * MINUTE
    assert used(list_pieces([ago(10, 0)], samples), NOW - HOUR, NOW) == 15 * MINUTE
    found = reckon(ERRORS, DAYS_30, [ago(60, 0)], samples, NOW, is_down=True)
    assert found.used == 10 * MINUTE, "an error rate is what was measured, not what an incident says"
    assert found.measured_percent == pytest.approx(100 * 20 / (30 * 24 * 60))


def test_a_gap_in_what_was_measured_is_not_filled() -> None:
    samples = [Sample(NOW - HOUR, 1.0), Sample(NOW, 1.0)]
    assert used(list_pieces((), samples), NOW - 2 * HOUR, NOW) == 2 * STEP


def test_there_is_budget_again_when_the_oldest_leaves_the_window() -> None:
    found = budget_of(ago(5_000, 4_865))
    spent = 135 - MONTH * 0.001 / MINUTE
    assert found.until is not None
    assert abs(found.until - (NOW - (5_000 - spent) * MINUTE + MONTH)) < timedelta(seconds=1)
    assert budget_of(ago(10, 0)).until is None
    assert budget_of(ago(5_000, 0), is_down=True).until is None


@pytest.mark.parametrize(
    ("down", "exhausted", "critical", "allowed", "says"),
    [
        (0, tuple(Consequence), False, True, "There is budget left: of availability 0 of 43.8 minutes (0 %) is used."),
        (
            135,
            tuple(Consequence),
            False,
            False,
            "availability (135 of 43.8 minutes (308 %)). Only critical",
        ),
        (135, tuple(Consequence), True, True, "A critical deployment may go."),
        (135, (Consequence.REVIEW,), False, True, "stops no deployments"),
    ],
)
def test_the_gate(down: int, exhausted: tuple[Consequence, ...], critical: bool, allowed: bool, says: str) -> None:
    found = budget_of(ago(5_000, 5_000 - down))
    stands = ServiceSlo(
        service="checkout", team=None, tier=None, slo=SLO, budgets=(found,), downtimes=(), hidden=timedelta()
    )
    gate = decide_gate("checkout", stands, SloPolicy(exhausted=exhausted), is_critical=critical)
    assert (gate.allowed, says in gate.reason) == (allowed, True), gate.reason
    assert (gate.until is None) is allowed
    assert decide_gate("x", None, SloPolicy(), is_critical=False).allowed
    if not allowed:
        goes_on = replace(stands, budgets=(replace(found, until=None),))
        assert "while the downtime goes on" in decide_gate("x", goes_on, SloPolicy(), is_critical=False).reason


def test_downtime_is_the_two_worst_levels_unless_somebody_says_otherwise() -> None:
    assert downtime_levels_of(SloPolicy(), active("sre")) == ("SEV-1", "SEV-2")
    assert downtime_levels_of(SloPolicy(downtime=("SEV-3",)), active("sre")) == ("SEV-3",)


def test_objectives_as_a_file_writes_them() -> None:
    assert read_percent("99.95%") == 99.95
    assert in_percent(99.999) == "99.999%"
    assert in_percent(99.0) == "99%"
    assert read_latency("95% below 300ms") == LatencyTarget(percent=95.0, below=timedelta(milliseconds=300))
    assert read_latency("99 below 2s").below == timedelta(seconds=2)
    for read, wrong in ((read_percent, "100%"), (read_percent, "0"), (read_latency, "fast"), (read_window, "12h")):
        with pytest.raises(Invalid):
            read(wrong)
    words = [
        goal.words
        for goal in goals_of(
            Slo(availability=99.9, error_rate=0.1, errors="e", latency=read_latency("95% below 1s"), slow="s")
        )
    ]
    assert words == ["99.9% available", "at most 0.1% of requests fail", "95% of requests within 1s"]


def span_of(begins: int, length: int) -> Span:
    span = ago(begins, begins - length)
    return Span(span.begins, min(span.ends, NOW))


def sample_of(minutes: int, bad: float) -> Sample:
    return Sample(NOW - minutes * MINUTE, bad)


spans = st.builds(span_of, st.integers(0, 60_000), st.integers(-10, 3_000))
samples = st.builds(sample_of, st.integers(0, 50_000), st.floats(0, 1))


@settings(max_examples=100, deadline=None)
@given(st.lists(spans, max_size=12))
def test_merged_times_are_apart_and_cover_the_same(given_spans: list[Span]) -> None:
    merged = merge_spans(given_spans)
    assert all(one.ends < other.begins for one, other in pairwise(merged))
    assert merge_spans(merged) == merged
    real = [span for span in given_spans if span.begins < span.ends]
    assert all(any(one.begins <= span.begins and span.ends <= one.ends for one in merged) for span in real)
    assert total_of(given_spans) <= sum((span.ends - span.begins for span in real), timedelta())


@settings(max_examples=100, deadline=None)
@given(st.lists(spans, max_size=8), st.lists(samples, max_size=30), st.sampled_from([1, 7, 30]))
def test_pieces_never_overlap_and_a_budget_is_never_negative(
    down: list[Span], measured: list[Sample], days: int
) -> None:
    pieces = list_pieces(down, measured)
    assert all(one.ends <= other.begins for one, other in pairwise(pieces))
    window = timedelta(days=days)
    found = reckon(AVAILABILITY, window, down, measured, NOW, is_down=False)
    assert timedelta() <= found.left <= found.budget
    assert timedelta() <= found.used <= window
    assert found.is_exhausted == (found.until is not None)
    half = NOW - window / 2
    parts = used(pieces, NOW - window, half) + used(pieces, half, NOW)
    assert abs(parts - found.used) < timedelta(milliseconds=1), "the parts of a time add up to it"


@settings(max_examples=100, deadline=None)
@given(st.lists(spans, min_size=1, max_size=8), st.floats(0.001, 0.2))
def test_at_the_named_instant_there_is_budget_again_and_not_before(down: list[Span], allowed: float) -> None:
    pieces: list[Piece] = list_pieces(down)
    budget = DAYS_30 * allowed
    until = recovers_at(pieces, budget, DAYS_30, NOW)
    if until is None:
        assert used(pieces, NOW - DAYS_30, NOW) < budget
        return
    assert NOW <= until <= NOW + DAYS_30
    slack = timedelta(milliseconds=1)
    assert used(pieces, until - DAYS_30, NOW) <= budget + slack
    assert used(pieces, until - DAYS_30 - slack, NOW) >= budget - slack


def test_an_objective_is_known_by_its_name() -> None:
    assert [each.value for each in Objective] == ["availability", "error-rate", "latency"]
