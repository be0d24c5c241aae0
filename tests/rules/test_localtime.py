"""Doubtful local times follow one rule: a time happens when the clock first shows it or a later one."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.localtime import Hours, instant_of, is_zone, reached, stretch_at

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kolkata",
    "Africa/Casablanca",
]


@pytest.mark.parametrize(
    ("zone", "local", "instant"),
    [
        ("Europe/Berlin", "2026-06-01T12:00", "2026-06-01T10:00"),
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T01:00"),  # never occurs: the jump
        ("Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30"),  # occurs twice: the first
        ("Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-03T15:30"),  # half an hour
        ("Pacific/Apia", "2011-12-30T09:00", "2011-12-30T10:00"),  # a day that never was
    ],
)
def test_a_local_time_means_one_instant(zone: str, local: str, instant: str) -> None:
    expected = datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert instant_of(datetime.fromisoformat(local), ZoneInfo(zone)) == expected


moments = st.datetimes(datetime.fromisoformat("2009-01-01"), datetime.fromisoformat("2027-01-01")).map(
    lambda moment: moment.replace(microsecond=0)
)


@given(st.sampled_from(ZONES), moments, st.timedeltas(timedelta(days=-2), timedelta(days=2)))
def test_a_local_time_is_reached_exactly_when_its_instant_has_come(
    zone_name: str, moment: datetime, off: timedelta
) -> None:
    zone = ZoneInfo(zone_name)
    at = moment.replace(tzinfo=UTC)
    local = (moment + off).replace(microsecond=0)
    assert (local <= reached(at, zone)) == (instant_of(local, zone) <= at)


@given(st.sampled_from(ZONES), moments, moments)
def test_local_times_keep_their_order(zone_name: str, one: datetime, other: datetime) -> None:
    zone = ZoneInfo(zone_name)
    first, second = sorted((one, other))
    assert instant_of(first, zone) <= instant_of(second, zone)


def test_hours_round_the_clock_never_end() -> None:
    always = (Hours(days=(0, 1, 2, 3, 4, 5, 6), begin=time(0), to=time(0)),)
    assert stretch_at(always, datetime.fromisoformat("2026-01-07T12:00")) == (True, None, None)


@pytest.mark.parametrize(
    ("name", "known"), [("Europe/Berlin", True), ("Europe", False), ("../etc", False), ("Mars", False), ("", False)]
)
def test_only_names_of_the_zone_database_are_zones(name: str, known: bool) -> None:
    assert is_zone(name) is known
