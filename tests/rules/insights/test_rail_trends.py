"""How often guard rails fired: by month, rule and team."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.incidents.model import Broken, Watched
from tocsin.insights.months import last_months, month_before
from tocsin.insights.rail_charts import MOST_LINES, when_fired, which_fired
from tocsin.insights.rail_trends import NO_TEAM, Course, trends
from tocsin.kernel.errors import Invalid

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MONTHS = last_months(3, NOW, BERLIN)
OWNERS = {"checkout": "payments", "ledger": "payments", "search": "discovery", "orphan": None}


def watched(number: int, at: str, *services: str, broken: tuple[tuple[str, str], ...] = ()) -> Watched:
    found = tuple(Broken(rule, datetime.fromisoformat(when), "So it was.") for rule, when in broken)
    return Watched(number, f"Incident {number}", datetime.fromisoformat(at), services, found)


HISTORY = (
    watched(1, "2026-09-10T10:00Z", "checkout", "ledger", broken=(("no-commander", "2026-09-10T10:05Z"),)),
    watched(
        2,
        "2026-10-31T22:30Z",
        "checkout",
        "search",
        broken=(("no-commander", "2026-10-31T22:45Z"), ("update-late", "2026-10-31T23:30Z")),
    ),
    watched(3, "2026-11-02T10:00Z", "orphan", broken=(("no-commander", "2026-11-02T10:05Z"),)),
    watched(4, "2026-11-03T10:00Z", "search"),
)


def test_months_are_those_of_the_organisation() -> None:
    assert [f"{each.since:%d %b %H:%M}" for each in MONTHS] == ["31 Aug 22:00", "30 Sep 22:00", "31 Oct 23:00"]
    assert month_before(MONTHS[0], NOW).first_day.isoformat() == "2026-08-01"
    for count in (0, 25):
        with pytest.raises(Invalid, match="1 to 24"):
            last_months(count, NOW, BERLIN)


def test_a_small_history_counted_by_hand() -> None:
    """23:30 UTC of 31 October is November in Berlin; two services of one team count once for it."""
    found = trends(HISTORY, MONTHS, OWNERS)
    assert found.months == ("2026-09", "2026-10", "2026-11")
    assert found.incidents == (1, 1, 2)
    assert found.total == Course("all guard rails", (1, 1, 2), 3)
    assert found.rules == (Course("no-commander", (1, 1, 1), 3), Course("update-late", (0, 0, 1), 1))
    assert found.teams == (
        Course("payments", (1, 1, 1), 2),
        Course("discovery", (0, 1, 1), 1),
        Course(NO_TEAM, (0, 0, 1), 1),
    )
    assert [(each.number, each.rule) for each in found.fired] == [
        (3, "no-commander"),
        (2, "update-late"),
        (2, "no-commander"),
        (1, "no-commander"),
    ]


def test_of_one_team_only_its_incidents_count() -> None:
    found = trends(HISTORY, MONTHS, OWNERS, "discovery")
    assert (found.incidents, found.total.counts) == ((0, 1, 1), (0, 1, 1))
    assert {each.number for each in found.fired} == {2}


RULES = st.sampled_from(("no-commander", "update-late", "silent"))
WHEN = st.integers(0, 90).map(lambda days: (datetime(2026, 9, 1, tzinfo=UTC) + timedelta(days=days)).isoformat())
BROKEN = st.lists(st.tuples(RULES, WHEN), max_size=4).map(tuple)
INCIDENTS = st.lists(
    st.builds(
        lambda number, at, services, broken: watched(number, at, *services, broken=broken),
        st.integers(1, 99),
        WHEN,
        st.sets(st.sampled_from(sorted(OWNERS))),
        BROKEN,
    ),
    max_size=8,
    unique_by=lambda each: each.number,
)


@given(INCIDENTS)
def test_rules_add_up_to_all_of_them_and_teams_to_at_least_that(history: list[Watched]) -> None:
    found = trends(history, MONTHS, OWNERS)
    for month in range(len(MONTHS)):
        assert sum(each.counts[month] for each in found.rules) == found.total.counts[month]
        assert sum(each.counts[month] for each in found.teams) >= found.total.counts[month]
    for team in {each.name for each in found.teams} - {NO_TEAM}:
        alone = trends(history, MONTHS, OWNERS, team)
        assert alone.total.counts == next(each.counts for each in found.teams if each.name == team)


@given(INCIDENTS)
def test_the_charts_say_the_same_as_the_table(history: list[Watched]) -> None:
    found = trends(history, MONTHS, OWNERS)
    assert which_fired(found).series[0].values == tuple(each.total for each in found.rules)
    lines = when_fired(found).series
    assert 1 <= len(lines) <= MOST_LINES
    if len(lines) > 1:
        assert [each.values for each in lines] == [each.counts for each in found.teams[:MOST_LINES]]


def test_what_the_charts_say_in_words() -> None:
    found = trends(HISTORY, MONTHS, OWNERS)
    assert which_fired(found).alt == "Most often: no commander, 3 times. All together: 4 times, in 3 incidents."
    assert when_fired(found).alt == ("once in 1 incident of Sep, once in 1 incident of Oct, the last whole month.")
