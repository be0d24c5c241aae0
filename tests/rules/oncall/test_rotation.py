"""Who is on call: the shapes of ONC-1, exact to the second, and equal to a brute-force oracle over zone changes."""

from datetime import datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.rules.oncall import oracle
from tests.rules.oncall.shapes import cases
from tocsin.kernel.localtime import Hours, instant_of
from tocsin.oncall.model import Handover, Layer, Override, Part, Rotation, Schedule, Shift, Source
from tocsin.oncall.rotation import gaps, next_shift, shifts, who_is_on_call
from tocsin.oncall.service import on_call_of

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = sorted(available_timezones() - {"localtime"})
WEEKDAYS, ALL_DAYS = (0, 1, 2, 3, 4), (0, 1, 2, 3, 4, 5, 6)


def at(text: str, zone: str = "Europe/Berlin") -> datetime:
    """An unambiguous local time as an instant."""
    return instant_of(datetime.fromisoformat(text), ZoneInfo(zone))


def weekly(*users: str, starts: str = "2026-01-05T09:00", **more: object) -> Layer:
    """Monday 09:00 to Monday 09:00."""
    fields: dict[str, object] = {
        "name": "week",
        "rotation": Rotation.WEEKLY,
        "handover": Handover(at=time(9), weekday=0),
        "starts": datetime.fromisoformat(starts),
        "users": tuple((user,) for user in users),
    }
    return Layer(**{**fields, **more})  # pyright: ignore[reportArgumentType]


def schedule(*layers: Layer, zone: str = "Europe/Berlin", overrides: tuple[Override, ...] = ()) -> Schedule:
    return Schedule(name="payments-primary", time_zone=zone, layers=layers, overrides=overrides)


WEEK = schedule(weekly("alice", "bob", "dave", "erin"))


@pytest.mark.parametrize(
    ("when", "users"),
    [
        ("2026-01-05T08:59:59", ()),
        ("2026-01-05T09:00:00", ("alice",)),
        ("2026-01-12T08:59:59", ("alice",)),
        ("2026-01-12T09:00:00", ("bob",)),
        ("2026-01-26T09:00:00", ("erin",)),
        ("2026-02-02T09:00:00", ("alice",)),
        ("2026-03-30T08:59:59", ("erin",)),  # the clocks went forward on the 29th
        ("2026-03-30T09:00:00", ("alice",)),
        ("2026-10-26T08:59:59", ("bob",)),  # and back on the 25th
        ("2026-10-26T09:00:00", ("dave",)),
    ],
)
def test_a_weekly_rotation_hands_over_at_its_second_whatever_the_zone_does(when: str, users: tuple[str, ...]) -> None:
    assert who_is_on_call(WEEK, at(when)).users == users


def test_the_answer_says_why_and_how_long() -> None:
    answer = who_is_on_call(WEEK, at("2026-01-07T12:00"))
    assert answer.reason == "on call in payments-primary (layer week) until Mon 2026-01-12 09:00 CET"
    assert (answer.since, answer.until) == (at("2026-01-05T09:00"), at("2026-01-12T09:00"))
    assert answer.source is Source.LAYER


def test_no_end_is_told_of_a_gap_at_which_still_nobody_comes() -> None:
    quiet = schedule(weekly(users=((), (), ("alice",))))
    first, second = at("2026-01-06T20:00"), at("2026-01-13T20:00")
    assert who_is_on_call(quiet, first).reason == "nobody is on call in payments-primary"
    until = "nobody is on call in payments-primary until Mon 2026-01-19 09:00 CET"
    assert who_is_on_call(quiet, second).reason == until
    for evening in (first, second):
        assert on_call_of(quiet, evening).on_call.until == at("2026-01-19T09:00")


def test_a_start_between_hand_overs_gives_the_first_person_a_short_turn() -> None:
    midweek = schedule(weekly("alice", "bob", starts="2026-01-07T09:00"))
    assert [s.users for s in shifts(midweek, at("2026-01-06T00:00"), at("2026-01-13T00:00"))] == [
        (),
        ("alice",),
        ("bob",),
    ]


def test_nobody_before_the_start_and_after_the_end() -> None:
    ended = schedule(weekly("alice", "bob", ends=datetime.fromisoformat("2026-01-14T12:00")))
    answer = who_is_on_call(ended, at("2026-01-14T12:00"))
    assert (answer.users, answer.source, answer.until) == ((), Source.NOBODY, None)
    assert who_is_on_call(ended, at("2026-01-14T11:59:59")).users == ("bob",)
    assert answer.reason == "nobody is on call in payments-primary"


def test_a_schedule_without_layers_has_nobody() -> None:
    assert who_is_on_call(schedule(), at("2026-01-14T12:00")).users == ()


def test_daily_rotation_and_two_day_turns() -> None:
    daily = weekly("a", "b", rotation=Rotation.DAILY, handover=Handover(at=time(8)), starts="2026-01-05T08:00")
    assert who_is_on_call(schedule(daily), at("2026-01-06T08:00")).users == ("b",)
    pairs = weekly("a", "b", rotation=Rotation.DAILY, handover=Handover(at=time(8)), starts="2026-01-05T08:00", every=2)
    assert who_is_on_call(schedule(pairs), at("2026-01-06T08:00")).users == ("a",)
    assert who_is_on_call(schedule(pairs), at("2026-01-07T08:00")).users == ("b",)


def test_a_monthly_rotation_on_a_day_that_some_months_lack_uses_their_last() -> None:
    monthly = weekly(
        "a", "b", rotation=Rotation.MONTHLY, handover=Handover(at=time(9), day=31), starts="2026-01-31T09:00"
    )
    handovers = [s.starts_at for s in shifts(schedule(monthly), at("2026-02-01T00:00"), at("2026-05-01T00:00"))]
    assert handovers[1:] == [at("2026-02-28T09:00"), at("2026-03-31T09:00"), at("2026-04-30T09:00")]


def test_a_custom_length_keeps_its_wall_clock() -> None:
    twelve = weekly(
        "day",
        "night",
        rotation=Rotation.CUSTOM,
        handover=None,
        length=timedelta(hours=12),
        starts="2026-03-01T08:00",
    )
    assert who_is_on_call(schedule(twelve), at("2026-07-01T20:00")).users == ("night",)
    assert who_is_on_call(schedule(twelve), at("2026-07-01T19:59:59")).users == ("day",)


def test_several_people_hold_a_turn_together_and_a_turn_may_be_free() -> None:
    layer = weekly("x", users=(("alice", "bob"), (), ("carol",)))
    answers = [who_is_on_call(schedule(layer), at(f"2026-01-{day:02}T12:00")).users for day in (5, 12, 19)]
    assert answers == [("alice", "bob"), (), ("carol",)]


def test_a_restrict_window_belongs_to_the_day_it_begins_on() -> None:
    nights = schedule(weekly("alice", restrict=(Hours(days=WEEKDAYS, begin=time(20), to=time(8)),)))
    assert who_is_on_call(nights, at("2026-01-09T20:00")).users == ("alice",)  # Friday evening
    assert who_is_on_call(nights, at("2026-01-10T07:59:59")).users == ("alice",)  # Saturday morning
    assert who_is_on_call(nights, at("2026-01-10T08:00")).users == ()
    assert who_is_on_call(nights, at("2026-01-12T03:00")).users == ()  # the night after Sunday
    answer = who_is_on_call(nights, at("2026-01-11T12:00"))
    assert answer.until == at("2026-01-12T20:00")


def test_windows_that_touch_are_one_time() -> None:
    weekend = schedule(weekly("alice", restrict=(Hours(days=(5, 6), begin=time(0), to=time(0)),)))
    answer = who_is_on_call(weekend, at("2026-01-11T12:00"))
    assert (answer.since, answer.until) == (at("2026-01-10T00:00"), at("2026-01-12T00:00"))


def test_a_later_layer_covers_an_earlier_one_where_it_has_somebody() -> None:
    night = weekly("zoe", name="night", restrict=(Hours(days=ALL_DAYS, begin=time(20), to=time(8)),))
    both = schedule(weekly("alice", "bob"), night)
    assert who_is_on_call(both, at("2026-01-06T21:00")).users == ("zoe",)
    day = who_is_on_call(both, at("2026-01-06T12:00"))
    assert (day.users, day.layer) == (("alice",), "week")
    assert (day.since, day.until) == (at("2026-01-06T08:00"), at("2026-01-06T20:00"))


def test_an_override_beats_every_layer_and_the_last_one_beats_the_others() -> None:
    first = Override(user="carol", starts_at=at("2026-01-06T00:00"), ends_at=at("2026-01-08T00:00"))
    second = Override(user="dave", starts_at=at("2026-01-07T00:00"), ends_at=at("2026-01-07T12:00"))
    covered = schedule(weekly("alice"), overrides=(first, second))
    assert [(s.users[0], s.source) for s in shifts(covered, at("2026-01-05T12:00"), at("2026-01-09T00:00"))] == [
        ("alice", Source.LAYER),
        ("carol", Source.OVERRIDE),
        ("dave", Source.OVERRIDE),
        ("carol", Source.OVERRIDE),
        ("alice", Source.LAYER),
    ]
    assert who_is_on_call(covered, at("2026-01-06T12:00")).until == at("2026-01-07T00:00")


def test_gaps_are_the_times_without_anybody() -> None:
    office = schedule(weekly("alice", restrict=(Hours(days=WEEKDAYS, begin=time(9), to=time(17)),)))
    found = gaps(office, at("2026-01-09T12:00"), at("2026-01-12T12:00"))
    assert [(g.starts_at, g.ends_at) for g in found] == [(at("2026-01-09T17:00"), at("2026-01-12T09:00"))]


@settings(max_examples=300, deadline=None)
@given(cases())
def test_the_answer_is_that_of_a_walk_minute_by_minute(case: tuple[Schedule, datetime]) -> None:
    found, minute = case
    answer = who_is_on_call(found, minute)
    assert (frozenset(answer.users), frozenset(answer.shadows)) == oracle.who(found, minute)


@settings(max_examples=120, deadline=None)
@given(cases())
def test_an_answer_holds_from_its_since_to_the_second_before_its_until(case: tuple[Schedule, datetime]) -> None:
    found, minute = case
    answer = who_is_on_call(found, minute)
    second = timedelta(seconds=1)
    assert answer.since is None or answer.since <= minute
    assert answer.until is None or minute < answer.until
    for edge in (answer.since, answer.until - second if answer.until else None):
        if edge is not None:
            there = who_is_on_call(found, edge)
            assert (there.users, there.shadows, there.source) == (answer.users, answer.shadows, answer.source)
            assert (there.since, there.until) == (answer.since, answer.until)


@settings(max_examples=100, deadline=None)
@given(cases())
def test_shifts_leave_no_gap_and_no_overlap(case: tuple[Schedule, datetime]) -> None:
    found, minute = case
    ends = minute + timedelta(days=4)
    row = shifts(found, minute, ends)
    assert (row[0].starts_at, row[-1].ends_at) == (minute, ends)
    assert all(s.starts_at < s.ends_at for s in row)
    for one, following in pairwise(row):
        assert one.ends_at == following.starts_at
        assert told(one) != told(following)
    for shift in row[:: max(1, len(row) // 6)]:  # the walk is slow
        middle = (shift.starts_at + (shift.ends_at - shift.starts_at) / 2).replace(second=0, microsecond=0)
        for moment in (shift.starts_at, max(middle, shift.starts_at)):
            assert (frozenset(shift.users), frozenset(shift.shadows)) == oracle.who(found, moment)


@settings(max_examples=40, deadline=None)
@given(cases(), st.integers(1, 60), st.integers(1, 60))
def test_a_time_in_two_parts_has_the_shifts_of_the_whole(case: tuple[Schedule, datetime], one: int, other: int) -> None:
    found, minute = case
    middle, ends = minute + timedelta(days=one), minute + timedelta(days=one + other)
    parts = shifts(found, minute, middle) + shifts(found, middle, ends)
    joined: list[Shift] = []
    for shift in parts:
        if joined and told(joined[-1]) == told(shift):
            shift = replace(shift, starts_at=joined.pop().starts_at)
        joined.append(shift)
    assert joined == shifts(found, minute, ends)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), st.integers(1970, 2036), st.times())
def test_in_every_zone_a_hand_over_is_when_the_clock_first_shows_its_time(zone: str, year: int, clock: time) -> None:
    """Over the whole database of zones: each day's turn once, in order, without a gap, whatever a law did there."""
    at_time, place = clock.replace(microsecond=0), ZoneInfo(zone)
    names = [f"day-{number}" for number in range(400)]
    first = datetime(year, 1, 1)  # noqa: DTZ001 - local
    daily = Layer(
        name="daily",
        rotation=Rotation.DAILY,
        handover=Handover(at=at_time),
        starts=datetime.combine(first, at_time),
        users=tuple((name,) for name in names),
    )
    begins = instant_of(daily.starts, place)
    row = shifts(schedule(daily, zone=zone), begins, begins + timedelta(days=366))
    days = [names.index(shift.users[0]) for shift in row]
    assert days == sorted(set(days))
    assert len(days) >= 365, "only a day that a country skips has no turn"
    for shift, day in zip(row[1:], days[1:], strict=True):
        due = daily.starts + timedelta(days=day)
        assert shift.starts_at.astimezone(place).replace(tzinfo=None) >= due
        assert (shift.starts_at - timedelta(seconds=1)).astimezone(place).replace(tzinfo=None) < due


def told(shift: Shift) -> tuple[object, ...]:
    """All that two neighbours may differ in."""
    return shift.users, shift.shadows, shift.source, shift.layer


def test_a_shadow_that_comes_is_not_the_next_who_takes_over() -> None:
    learning = Override(
        user="carol", starts_at=at("2026-01-07T09:00"), ends_at=at("2026-01-08T09:00"), part=Part.SHADOW
    )
    schedule = Schedule(name="s", time_zone="Europe/Berlin", layers=(weekly("alice", "bob"),), overrides=(learning,))
    following = next_shift(schedule, at("2026-01-06T12:00"), at("2026-02-01T09:00"))
    assert following is not None
    assert (following.users, following.starts_at) == (("bob",), at("2026-01-12T09:00"))


def test_who_is_on_call_again_after_a_gap_is_the_next() -> None:
    nights = weekly("alice", restrict=(Hours(days=ALL_DAYS, begin=time(20), to=time(8)),))
    schedule = Schedule(name="s", time_zone="Europe/Berlin", layers=(nights,))
    following = next_shift(schedule, at("2026-01-06T22:00"), at("2026-02-01T09:00"))
    assert following is not None
    assert (following.users, following.starts_at) == (("alice",), at("2026-01-07T20:00"))
