"""The load of people: figures computed by hand, and that they add up however the time and the people are divided."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from tests.rules.insights.facts import EPOCH, ZONES, at, call, duty, facts
from tocsin.insights.hours import join_duties
from tocsin.insights.load import Facts, figures_of, records_of, sum_of
from tocsin.insights.model import Call, Duty, Figures, Records

HOUR = timedelta(hours=1)
LATER = datetime(2027, 1, 1, tzinfo=UTC)


def load(known: Facts, since: str, until: str, now: datetime = LATER) -> Mapping[str, Figures]:
    found = records_of(known, at(since), at(until), now)
    return {user: figures_of(records) for user, records in found.items()}


def records(known: Facts, since: str, until: str, now: datetime = LATER) -> Records:
    return records_of(known, at(since), at(until), now)["alice"]


def test_a_week_by_hand() -> None:
    week = facts([duty("alice", "2026-11-02T09:00", "2026-11-09T09:00")])
    assert load(week, "2026-11-01", "2026-12-01")["alice"] == Figures(
        hours=168 * HOUR, night_hours=63 * HOUR, weekend_hours=48 * HOUR, shifts=1, nights=7
    )


def test_a_week_in_which_clocks_go_back_is_an_hour_longer() -> None:
    week = facts([duty("alice", "2026-10-19T09:00", "2026-10-26T09:00")])
    alice = load(week, "2026-10-01", "2026-11-01")["alice"]
    assert (alice.hours, alice.night_hours, alice.weekend_hours) == (169 * HOUR, 64 * HOUR, 49 * HOUR)


def test_a_week_in_which_clocks_go_forward_is_an_hour_shorter() -> None:
    week = facts([duty("alice", "2026-03-23T09:00", "2026-03-30T09:00")])
    alice = load(week, "2026-03-01", "2026-04-01")["alice"]
    assert (alice.hours, alice.night_hours, alice.weekend_hours) == (167 * HOUR, 62 * HOUR, 47 * HOUR)


def test_the_night_is_that_of_the_persons_own_zone() -> None:
    """Berlin's day shift from 9 to 17 is 3:00 to 11:00 in New York: four hours of it are night there."""
    shift = facts([duty("bob", "2026-11-04T09:00", "2026-11-04T17:00")])
    bob = load(shift, "2026-11-01", "2026-12-01")["bob"]
    assert (bob.hours, bob.night_hours, bob.nights) == (8 * HOUR, 4 * HOUR, 1)


def test_hours_in_two_schedules_at_once_count_once() -> None:
    both = [
        duty("alice", "2026-11-02T09:00", "2026-11-03T09:00"),
        duty("alice", "2026-11-02T12:00", "2026-11-03T12:00", schedule="secondary"),
    ]
    alice = records(facts(both), "2026-11-01", "2026-12-01")
    assert figures_of(alice).hours == 27 * HOUR
    of_secondary = [piece.length for piece in alice.pieces if piece.schedule == "secondary"]
    assert sum(of_secondary, timedelta()) == 3 * HOUR
    assert len(alice.shifts) == 2


def test_a_public_holiday_is_that_of_the_schedule() -> None:
    day = ("2026-12-25T00:00", "2026-12-26T00:00")
    assert load(facts([duty("alice", *day)]), "2026-12-01", "2027-01-01")["alice"].holiday_hours == 24 * HOUR
    other = facts([duty("alice", *day, schedule="secondary")])
    assert load(other, "2026-12-01", "2027-01-01")["alice"].holiday_hours == timedelta()


def test_what_began_before_counts_where_it_began() -> None:
    over = facts([duty("alice", "2026-10-31T20:00", "2026-11-01T10:00")])
    october, november = (
        load(over, *month)["alice"] for month in (("2026-10-01", "2026-11-01"), ("2026-11-01", "2026-12-01"))
    )
    assert (october.hours, october.shifts, october.nights) == (4 * HOUR, 1, 1)
    assert (november.hours, november.shifts, november.nights) == (10 * HOUR, 0, 0)


def test_pages_and_incidents_by_hand() -> None:
    calls = [
        call("alice", "2026-11-03T03:12", page_id=1, answered="2026-11-03T03:20", until="2026-11-03T04:12"),
        call("alice", "2026-11-03T03:17", page_id=2, first="2026-11-03T03:12", answered="2026-11-03T03:40"),
        call("alice", "2026-11-03T15:00", page_id=3, incident_id=2),
    ]
    alice = load(facts(calls=calls), "2026-11-01", "2026-12-01")["alice"]
    assert (alice.pages, alice.night_pages, alice.incidents) == (3, 2, 2)
    assert (alice.in_time, alice.decided) == (1, 3)


def test_time_awake_is_from_page_to_end_once_and_at_most_until_the_night_is_over() -> None:
    calls = [
        call("alice", "2026-11-03T03:00", page_id=1, until="2026-11-03T03:30"),
        call("alice", "2026-11-03T03:20", page_id=2, incident_id=2, until="2026-11-03T04:00"),
        call("alice", "2026-11-03T06:30", page_id=3, incident_id=3, until="2026-11-03T09:00"),
        call("alice", "2026-11-03T12:00", page_id=4, incident_id=4, until="2026-11-03T13:00"),
    ]
    alice = records(facts(calls=calls), "2026-11-01", "2026-12-01")
    assert [awake.length for awake in alice.awake] == [HOUR, HOUR / 2]
    assert [awake.incidents for awake in alice.awake] == [("INC-1", "INC-2"), ("INC-3",)]


def test_a_page_of_a_moment_ago_is_not_yet_late() -> None:
    fresh = facts(calls=[call("alice", "2026-11-03T12:00")])
    assert load(fresh, "2026-11-01", "2026-12-01", at("2026-11-03T12:14"))["alice"].decided == 0
    late = load(fresh, "2026-11-01", "2026-12-01", at("2026-11-03T12:15"))["alice"]
    assert (late.in_time, late.decided) == (0, 1)


def test_who_has_no_load_has_no_row() -> None:
    assert load(facts([duty("alice", "2026-11-02T09:00", "2026-11-09T09:00")]), "2026-12-01", "2027-01-01") == {}


MINUTES = st.integers(0, 90 * 24 * 60)
MIDDLE = datetime(2026, 3, 28, tzinfo=UTC)  # between, clocks change in all three zones


def instant(minute: int) -> datetime:
    return MIDDLE - timedelta(days=45) + timedelta(minutes=minute)


@st.composite
def duties(draw: st.DrawFn) -> list[Duty]:
    rows = draw(
        st.lists(
            st.tuples(st.sampled_from(sorted(ZONES)), st.sampled_from("ab"), MINUTES, st.integers(1, 9000)), max_size=8
        )
    )
    return [
        Duty(user=user, schedule=schedule, starts_at=instant(begin), ends_at=instant(begin + length))
        for user, schedule, begin, length in rows
    ]


@st.composite
def calls(draw: st.DrawFn) -> list[Call]:
    rows = draw(
        st.lists(st.tuples(st.sampled_from(sorted(ZONES)), MINUTES, st.integers(1, 3), st.integers(0, 600)), max_size=8)
    )
    made = [
        Call(
            page_id=number,
            user=user,
            at=instant(minute),
            first_at=EPOCH,
            incident_id=incident,
            incident=f"INC-{incident}",
            schedule="a",
            answered_at=instant(minute + lasts // 2),
            awake_until=instant(minute + lasts),
        )
        for number, (user, minute, incident, lasts) in enumerate(rows)
    ]
    firsts = {
        (each.user, each.incident_id): min(
            c.at for c in made if (c.user, c.incident_id) == (each.user, each.incident_id)
        )
        for each in made
    }
    return [structs.replace(each, first_at=firsts[each.user, each.incident_id]) for each in made]


def rows_of(known: Facts, since: datetime, until: datetime) -> Mapping[str, Figures]:
    return {user: figures_of(found) for user, found in records_of(known, since, until, LATER).items()}


@settings(deadline=None)
@given(duties(), calls(), st.lists(MINUTES, max_size=4))
def test_the_figures_of_times_that_follow_one_another_add_up(
    served: list[Duty], paged: list[Call], cuts: Sequence[int]
) -> None:
    known = facts(join_duties(served), paged)
    edges = [instant(0), *sorted(instant(cut) for cut in cuts), instant(100 * 24 * 60)]
    parts = [rows_of(known, since, until) for since, until in pairwise(edges)]
    for user in ZONES:
        # Two pages may begin one time awake: its length adds up, and nothing else is counted of it.
        assert sum_of(part.get(user, Figures()) for part in parts) == rows_of(known, edges[0], edges[-1]).get(
            user, Figures()
        )


@settings(deadline=None)
@given(duties())
def test_the_hours_are_those_of_every_minute_on_call(served: list[Duty]) -> None:
    """Every person's hours are the union of their duties, and those of the schedules add up to them."""
    found = records_of(facts(join_duties(served)), instant(0), instant(100 * 24 * 60), LATER)
    for user in ZONES:
        minutes = {
            minute
            for each in served
            if each.user == user
            for minute in range(_minute(each.starts_at), _minute(each.ends_at))
        }
        pieces = found[user].pieces if user in found else ()
        assert sum((piece.length for piece in pieces), timedelta()) == timedelta(minutes=len(minutes))
        assert all(one.ends_at <= other.starts_at for one, other in pairwise(pieces))


def _minute(moment: datetime) -> int:
    return int((moment - instant(0)).total_seconds() // 60)
