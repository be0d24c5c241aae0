"""Patterns and what helps: each from five incidents on, never from fewer, and never from an exception."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.working_time import DailyHours
from tocsin.incidents.measures import ACKNOWLEDGE, DETECT, Instants
from tocsin.insights.drill import Drilled
from tocsin.insights.metric_model import Reckoning
from tocsin.insights.recommendations import (
    FEWEST,
    IDLE_ALERT,
    NIGHT_HANDOVERS,
    SAME_CAUSE,
    TOGETHER_FAILING,
    WAYS,
    Episode,
    Rules,
    recommend,
)

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
RULES = Rules(
    reckoning=Reckoning(targets={"SEV-1": {DETECT: 300.0, ACKNOWLEDGE: 300.0}}),
    night=DailyHours(begin=time(22), to=time(7)),
    zone=ZoneInfo("Europe/Berlin"),
)


def episode(
    number: int,
    *services: str,
    detected_after: int | None = None,
    cause: str | None = None,
    after: timedelta | None = None,
    handed_over: str = "",
    alert: str = "",
    verdicts: tuple[int, int] = (0, 0),
) -> Episode:
    """A SEV-1 of one day each, that was detected so many minutes after its start; `verdicts`: actionable of judged."""
    at = NOON + (timedelta(days=number) if after is None else after)
    started = None if detected_after is None else at - timedelta(minutes=detected_after)
    drilled = Drilled(
        number=number,
        title="Down",
        at=at,
        severity="SEV-1",
        cause=cause,
        services=services,
        instants=Instants(started, at, None, None, None),
    )
    turns = (datetime.fromisoformat(handed_over),) if handed_over else ()
    return Episode(incident=drilled, alert=alert, handovers=turns, actionable=verdicts[0], judged=verdicts[1])


PATTERNS: dict[str, tuple[Callable[[int], Episode], str, str]] = {
    DETECT: (
        lambda n: episode(n, "checkout", detected_after=12),
        "checkout",
        "MTTD of checkout is over its target in 5 of 5 incidents; median 12 min.",
    ),
    NIGHT_HANDOVERS: (
        lambda n: episode(n, handed_over="2026-10-01T01:00:00Z"),
        "",
        "Command was handed over at night (22:00–07:00) in 5 incidents.",
    ),
    TOGETHER_FAILING: (
        lambda n: episode(n, "checkout", "ledger"),
        "checkout and ledger",
        "checkout and ledger fail together: 5 incidents, 5 of them of both at once.",
    ),
    SAME_CAUSE: (
        lambda n: episode(n, "checkout", cause="deployment"),
        "deployment, checkout",
        "deployment is the cause of 5 of 5 incidents of checkout whose cause is known.",
    ),
    IDLE_ALERT: (
        lambda n: episode(n, alert="DiskAlmostFull", verdicts=(0, 2)),
        "DiskAlmostFull",
        "DiskAlmostFull paged in 5 incidents, and each time people said that there was nothing to do.",
    ),
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_five_incidents_tell_a_pattern_and_four_do_not(pattern: str) -> None:
    of, about, finding = PATTERNS[pattern]
    (told,) = recommend([of(n) for n in range(1, 6)], RULES)
    assert (told.pattern, told.about, told.evidence, told.ways) == (pattern, about, (1, 2, 3, 4, 5), WAYS[pattern])
    assert told.finding == finding
    assert recommend([of(n) for n in range(1, 5)], RULES) == ()


@pytest.mark.parametrize(
    ("own", "others"),
    [
        (lambda n: episode(n, "checkout", detected_after=12), lambda n: episode(n, "checkout", detected_after=1)),
        (
            lambda n: episode(n, "checkout", cause="deployment"),
            lambda n: episode(n, "checkout", cause=("capacity", "security", "configuration")[n % 3]),
        ),
        (
            lambda n: episode(n, alert="Disk", verdicts=(0, 1)),
            lambda n: episode(n, alert="Disk", verdicts=(1, 1)),
        ),
        (lambda n: episode(n, "checkout", "ledger"), lambda n: episode(n, ("checkout", "ledger")[n % 2])),
    ],
)
def test_what_is_the_exception_is_no_pattern(own: Callable[[int], Episode], others: Callable[[int], Episode]) -> None:
    few, many = [own(n) for n in range(1, 6)], [others(n) for n in range(6, 30)]
    assert recommend(few, RULES)
    assert recommend([*few, *many], RULES) == ()


def test_services_that_break_within_half_an_hour_break_together() -> None:
    def pairs(minutes: int) -> list[Episode]:
        return [
            episode(2 * n + place, name, after=timedelta(days=n, minutes=place * minutes))
            for n in range(1, 4)
            for place, name in enumerate(("checkout", "ledger"))
        ]

    (told,) = recommend(pairs(30), RULES)
    assert told.finding == "checkout and ledger fail together: 6 incidents, 0 of them of both at once."
    assert recommend(pairs(31), RULES) == ()


def test_a_handover_in_the_day_is_none_at_night() -> None:
    assert recommend([episode(n, handed_over="2026-10-01T12:00:00Z") for n in range(1, 9)], RULES) == ()


NAMES = st.sets(st.sampled_from(("checkout", "ledger", "search")), max_size=2).map(lambda found: tuple(sorted(found)))
EPISODES = st.lists(
    st.builds(
        lambda number, services, late, cause, minutes: episode(
            number, *services, detected_after=late, cause=cause, after=timedelta(minutes=minutes)
        ),
        st.integers(1, 40),
        NAMES,
        st.one_of(st.none(), st.integers(0, 20)),
        st.sampled_from((None, "deployment", "capacity")),
        st.integers(0, 10_000),
    ),
    max_size=25,
    unique_by=lambda each: each.incident.number,
)


@given(EPISODES)
def test_each_has_its_evidence_and_the_order_of_the_records_does_not_matter(history: list[Episode]) -> None:
    told = recommend(history, RULES)
    numbers = {each.incident.number for each in history}
    for each in told:
        assert len(each.evidence) >= FEWEST
        assert set(each.evidence) <= numbers
        assert len(set(each.evidence)) == len(each.evidence)
        assert each.ways
    assert recommend(history[::-1], RULES) == told
