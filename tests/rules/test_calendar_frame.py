"""Days and hours of a calendar: over both changes of the clock, half-hour ones, days that do not exist, leap days."""

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import zone_of
from tocsin.surfaces.web.pages.oncall.calendar_frame import (
    Scale,
    extent_of,
    is_same_clock,
    place_of,
    read_day,
    read_scale,
    ruler,
)

BERLIN = zone_of("Europe/Berlin")
NEW_YORK = zone_of("America/New_York")


@pytest.mark.parametrize(
    ("zone", "day", "half_hours", "first", "last"),
    [
        ("Europe/Berlin", "2026-11-23", 48, "00", "23"),
        ("Europe/Berlin", "2026-03-29", 46, "00", "23"),
        ("Europe/Berlin", "2026-10-25", 50, "00", "23"),
        ("Australia/Lord_Howe", "2026-10-04", 47, "00", "23"),
        ("Australia/Lord_Howe", "2026-04-05", 49, "00", "23"),
        ("Asia/Kathmandu", "2026-11-23", 48, "00", "23"),
        ("America/Santiago", "2026-09-06", 46, "01", "23"),  # its midnight does not exist
        ("America/Havana", "2026-11-01", 50, "00", "23"),  # its midnight comes twice
        ("Antarctica/Troll", "2026-03-29", 44, "00", "23"),
    ],
)
def test_the_hours_of_a_day_are_all_its_time(zone: str, day: str, half_hours: int, first: str, last: str) -> None:
    (frame,) = extent_of(Scale.DAY, date.fromisoformat(day), zone_of(zone)).frames
    columns = frame.columns
    assert sum(column.half_hours for column in columns) == half_hours
    assert (columns[0].words, columns[-1].words) == (first, last)
    for one, other in itertools.pairwise(columns):
        assert one.ends_at == other.starts_at
        assert other.x == pytest.approx(one.x + one.width, abs=0.01)
    assert columns[-1].x + columns[-1].width == pytest.approx(100, abs=0.01)


def test_an_hour_that_comes_twice_has_two_columns_with_names_of_their_own() -> None:
    (frame,) = extent_of(Scale.DAY, date(2026, 10, 25), BERLIN).frames
    names = [column.name for column in frame.columns]
    assert names[1:5] == ["01:00 CEST", "02:00 CEST", "02:00 CET", "03:00 CET"]


def test_half_an_hour_that_comes_twice_is_half_as_wide() -> None:
    (frame,) = extent_of(Scale.DAY, date(2026, 4, 5), zone_of("Australia/Lord_Howe")).frames
    assert [(column.words, column.half_hours) for column in frame.columns[:4]] == [
        ("00", 2),
        ("01", 2),
        ("01:30", 1),
        ("02", 2),
    ]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_in_a_week_the_sunday_of_the_change_is_as_wide_as_it_lasts(day: str, hours: int) -> None:
    (frame,) = extent_of(Scale.WEEK, date.fromisoformat(day), BERLIN).frames
    *others, sunday = frame.columns
    assert sunday.half_hours == 2 * hours
    assert sunday.width / others[0].width == pytest.approx(hours / 24, abs=0.001)
    assert frame.x_of(sunday.starts_at + timedelta(hours=hours) / 2) == pytest.approx(
        sunday.x + sunday.width / 2, abs=0.01
    )


def test_in_a_month_all_days_are_alike_whatever_they_last() -> None:
    extent = extent_of(Scale.MONTH, date(2026, 10, 9), BERLIN)
    last_week = extent.frames[3]
    assert last_week.columns[6].half_hours == 50
    assert {round(column.width, 3) for column in last_week.columns} == {round(100 / 7, 3)}
    assert last_week.x_of(last_week.columns[6].starts_at) == pytest.approx(600 / 7, abs=0.001)


def test_a_day_that_a_country_skipped_lasts_no_time() -> None:
    extent = extent_of(Scale.MONTH, date(2011, 12, 1), zone_of("Pacific/Apia"))
    friday = extent.frames[4].columns[4]
    assert (friday.day, friday.half_hours) == (date(2011, 12, 30), 0)
    assert not friday.holds(friday.starts_at)
    (frame,) = extent_of(Scale.DAY, date(2011, 12, 30), zone_of("Pacific/Apia")).frames
    assert [column.half_hours for column in frame.columns] == [0]


@pytest.mark.parametrize(
    ("day", "weeks", "first", "last", "previous", "following"),
    [
        ("2026-11-23", 6, "2026-10-26", "2026-12-06", "2026-10-01", "2026-12-01"),
        ("2027-02-28", 4, "2027-02-01", "2027-02-28", "2027-01-01", "2027-03-01"),
        ("2028-02-29", 5, "2028-01-31", "2028-03-05", "2028-01-01", "2028-03-01"),
        ("2026-12-31", 5, "2026-11-30", "2027-01-03", "2026-11-01", "2027-01-01"),
    ],
)
def test_a_month_is_shown_in_whole_weeks(
    day: str, weeks: int, first: str, last: str, previous: str, following: str
) -> None:
    extent = extent_of(Scale.MONTH, date.fromisoformat(day), BERLIN)
    assert len(extent.frames) == weeks
    columns = [column for frame in extent.frames for column in frame.columns]
    assert (str(columns[0].day), str(columns[-1].day)) == (first, last)
    assert (str(extent.previous), str(extent.next)) == (previous, following)
    inside = [column.day for column in columns if not column.is_outside]
    assert {each.month for each in inside} == {date.fromisoformat(day).month}


@pytest.mark.parametrize(
    ("scale", "day", "title"),
    [
        (Scale.MONTH, "2026-11-23", "November 2026"),
        (Scale.WEEK, "2026-11-23", "Week 48, 23 – 29 November 2026"),
        (Scale.WEEK, "2026-12-01", "Week 49, 30 November – 6 December 2026"),
        (Scale.WEEK, "2027-01-01", "Week 53, 28 December 2026 – 3 January 2027"),
        (Scale.DAY, "2028-02-29", "Tuesday 29 February 2028"),
    ],
)
def test_what_is_shown_has_a_name(scale: Scale, day: str, title: str) -> None:
    assert extent_of(scale, date.fromisoformat(day), BERLIN).title == title


def test_a_ruler_follows_its_own_clock() -> None:
    (frame,) = extent_of(Scale.WEEK, date(2026, 10, 25), BERLIN).frames
    here, there = ruler(frame, BERLIN, 6), ruler(frame, NEW_YORK, 6)
    assert [tick.words for tick in here[:4]] == ["Mon", "06", "12", "18"]
    assert [tick.words for tick in there[:4]] == ["18", "Mon", "06", "12"]
    assert there[0].x == 0
    sunday = frame.columns[6]
    noon = next(tick for tick in here if tick.x > sunday.x + sunday.width / 2)
    assert noon.words == "12"
    assert noon.x == frame.x_of(datetime(2026, 10, 25, 11, tzinfo=UTC))


def test_a_time_that_does_not_exist_has_no_mark_and_one_that_comes_twice_has_one() -> None:
    (spring,) = extent_of(Scale.DAY, date(2026, 3, 29), BERLIN).frames
    assert [tick.words for tick in ruler(spring, BERLIN, 1)][1:4] == ["01", "03", "04"]
    (autumn,) = extent_of(Scale.DAY, date(2026, 10, 25), BERLIN).frames
    assert [tick.words for tick in ruler(autumn, BERLIN, 1)][1:4] == ["01", "02", "03"]


def test_clocks_are_compared_by_what_they_show() -> None:
    (frame,) = extent_of(Scale.WEEK, date(2026, 11, 23), BERLIN).frames
    assert is_same_clock(BERLIN, zone_of("Europe/Paris"), frame)
    assert not is_same_clock(BERLIN, NEW_YORK, frame)
    (change,) = extent_of(Scale.WEEK, date(2026, 10, 25), BERLIN).frames
    assert not is_same_clock(BERLIN, zone_of("Africa/Johannesburg"), change), "they differ after the change only"
    assert place_of(NEW_YORK) == "New York"


def test_an_instant_outside_lies_at_the_edge() -> None:
    (frame,) = extent_of(Scale.DAY, date(2026, 11, 23), BERLIN).frames
    assert frame.x_of(frame.starts_at - timedelta(days=3)) == 0
    assert frame.x_of(frame.ends_at) == 100


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "1969-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_shown_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_day(text, date(2026, 11, 23))
    assert refusal.value.field == "at"


def test_an_empty_address_is_this_month() -> None:
    assert read_scale("") is Scale.MONTH
    assert read_day("", date(2026, 11, 23)) == date(2026, 11, 23)
    with pytest.raises(Invalid):
        read_scale("year")
