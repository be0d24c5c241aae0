"""Who was woken last night: the first page of the night by the person's own clock, until the evening."""

from datetime import time
from zoneinfo import ZoneInfo

import pytest

from tests.rules.insights.facts import at, call, duty
from tocsin.catalog.working_time import DailyHours, OnCallTerms
from tocsin.insights import rest
from tocsin.insights.model import Woken

BERLIN, TERMS = ZoneInfo("Europe/Berlin"), OnCallTerms()
NIGHT = [call("alice", "2026-11-03T03:12", page_id=1), call("alice", "2026-11-03T04:40", page_id=2)]


def woken(now: str, *more: str, terms: OnCallTerms = TERMS) -> Woken | None:
    calls = [*NIGHT, *(call("alice", when, page_id=9) for when in more)]
    return rest.woken("alice", calls, BERLIN, terms, at(now))


def test_the_first_page_of_the_night_counts_until_the_evening() -> None:
    found = woken("2026-11-03T12:00")
    assert found is not None
    assert (found.at, found.pages) == (at("2026-11-03T03:12"), 2)
    assert (found.tell_at, found.until) == (at("2026-11-03T07:00"), at("2026-11-03T22:00"))
    assert rest.words(found) == "woken at 03:12, 2 pages"
    assert woken("2026-11-03T21:59") is not None
    assert woken("2026-11-03T22:00") is None


@pytest.mark.parametrize(
    ("when", "is_at_night"), [("21:59", False), ("22:00", True), ("05:59", True), ("06:00", False)]
)
def test_the_edges_of_the_night(when: str, is_at_night: bool) -> None:
    day = "2026-11-02" if when > "12" else "2026-11-03"
    found = rest.woken("alice", [call("alice", f"{day}T{when}")], BERLIN, TERMS, at("2026-11-03T12:00"))
    assert (found is not None) == is_at_night


def test_before_midnight_and_after_it_are_one_night() -> None:
    found = woken("2026-11-03T12:00", "2026-11-02T23:50")
    assert found is not None
    assert (found.at, found.pages) == (at("2026-11-02T23:50"), 3)


def test_the_night_before_last_is_over() -> None:
    assert woken("2026-11-04T08:00") is None
    found = woken("2026-11-04T08:00", "2026-11-04T02:00")
    assert found is not None
    assert (found.at, found.pages) == (at("2026-11-04T02:00"), 1)


def test_the_hours_are_the_organisations() -> None:
    early = OnCallTerms(woken=DailyHours(begin=time(0), to=time(3)), rest_notice=time(9, 30))
    assert woken("2026-11-03T12:00", terms=early) is None
    found = woken("2026-11-03T12:00", "2026-11-03T02:30", terms=early)
    assert found is not None
    assert (found.tell_at, found.until) == (at("2026-11-03T09:30"), at("2026-11-04T00:00"))


def test_cover_is_offered_for_the_night_that_comes() -> None:
    found = woken("2026-11-03T12:00")
    assert found is not None
    duties = [
        duty("alice", "2026-11-02T09:00", "2026-11-09T09:00"),
        duty("alice", "2026-11-03T09:00", "2026-11-03T17:00", schedule="days"),
        duty("bob", "2026-11-02T09:00", "2026-11-09T09:00", schedule="secondary"),
    ]
    tonight = rest.coming_night(duties, found, TERMS)
    assert tonight == [duty("alice", "2026-11-03T22:00", "2026-11-04T07:00")]
    said = rest.message_for_person(found, tonight)
    assert said.what == (
        "You were woken at 03:12, 2 pages. You are on call tonight in primary: the team can be asked to take the night."
    )
    assert said.lines[0].value == "tocsin cover ask primary --shift 2026-11-03T21:00Z/2026-11-04T06:00Z"
    assert rest.message_for_lead(found, []).what == "alice was woken at 03:12, 2 pages. alice is not on call tonight."
