"""Schedules in the file: each shape is read as it is meant, shown as it was written, and a mistake is named."""

from datetime import datetime, time

import pytest

from tocsin.config.files import load_texts
from tocsin.config.problems import ConfigurationInvalid
from tocsin.config.shape import schedule_shape
from tocsin.oncall.model import Handover, Layer, Member, OnHolidays, Part, Schedule

PEOPLE = "users: [{name: a}, {name: b}, {name: c}]\n"
REST = "name: w, starts: 2026-01-05, users: [a, b]"
WEEK = f"rotation: weekly, handover: 'Monday 09:00', {REST}"
SPAN = "from: 2026-01-06T09:00, to: 2026-01-07T09:00"


def read(layer: str, *, holidays: str = "DE-BE", overrides: str = "[]") -> Schedule:
    return (
        load_texts(
            {
                "t.yaml": f"{PEOPLE}schedules:\n  - name: s\n    time_zone: Europe/Berlin\n    holidays: {holidays}\n"
                f"    layers: [{{{layer}}}]\n    overrides: {overrides}\n"
            },
            {},
        )
        .schedules[0]
        .value
    )


def layer_of(text: str) -> Layer:
    return read(text).layers[0]


def test_several_hand_overs_make_a_split_week() -> None:
    layer = layer_of(
        "name: w, rotation: weekly, handover: [Monday 09:00, Fri 17:00], starts: 2026-01-05, users: [a, b]"
    )
    assert layer.handover == (Handover(at=time(9), weekday=0), Handover(at=time(17), weekday=4))
    assert layer.starts == datetime.fromisoformat("2026-01-05T09:00")


@pytest.mark.parametrize(("words", "nth", "weekday"), [("first Monday", 1, 0), ("Last fri", -1, 4)])
def test_a_month_hands_over_on_a_weekday(words: str, nth: int, weekday: int) -> None:
    layer = layer_of(f"rotation: monthly, handover: '{words} 17:00', {REST}")
    assert layer.handovers == (Handover(at=time(17), weekday=weekday, nth=nth),)


def test_every_key_of_a_layer_is_read_and_shown_as_it_was_written() -> None:
    schedule = read(
        f"{WEEK}, members: [{{user: b, since: 2026-02-02, until: 2026-06-01T12:00}}], time_zone: Asia/Tokyo, "
        "on_holidays: except, additive: true, shadow: true"
    )
    (layer,) = schedule.layers
    dates = datetime.fromisoformat("2026-02-02T09:00"), datetime.fromisoformat("2026-06-01T12:00")
    assert layer.members == (Member(user="b", since=dates[0], until=dates[1]),)
    assert (layer.time_zone, layer.on_holidays) == ("Asia/Tokyo", OnHolidays.EXCEPT)
    assert (layer.additive, layer.shadow, schedule.holidays) == (True, True, "DE-BE")
    shown = schedule_shape(schedule)["layers"][0]
    assert shown["members"] == [{"user": "b", "since": "2026-02-02T09:00", "until": "2026-06-01T12:00"}]
    assert (shown["time_zone"], shown["on_holidays"], shown["additive"], shown["shadow"]) == (
        "Asia/Tokyo",
        "except",
        True,
        True,
    )


def test_hand_overs_are_shown_as_they_were_written() -> None:
    split = f"rotation: monthly, handover: ['1 09:00', 'last Friday 17:00'], {REST}"
    assert schedule_shape(read(split))["layers"][0]["handover"] == ["1 09:00", "last Friday 17:00"]


def test_an_override_may_be_narrow() -> None:
    (one,) = read(
        WEEK,
        overrides=f"[{{user: c, {SPAN}, instead_of: a, layer: w, reason: away}}]",
    ).overrides
    assert (one.part, one.layer, one.instead_of, one.reason) == (Part.INSTEAD, "w", "a", "away")
    shown = schedule_shape(read(WEEK, overrides=f"[{{user: c, {SPAN}, part: beside}}]"))
    assert shown["overrides"][0]["part"] == "beside"


RULE = "name: w, rotation: rrule, starts: 2026-01-05T09:00, users: [a, b]"
WRONG = [
    (
        f"rotation: weekly, handover: [Monday 09:00, noon], {REST}",
        "handover[1]",
        "noon",
    ),
    (
        f"rotation: weekly, handover: [Mon 09:00, Mon 09:00], {REST}",
        "handover",
        "together",
    ),
    (
        f"rotation: monthly, handover: ['30 09:00', '31 09:00'], {REST}",
        "handover",
        "together in February 2024",
    ),
    (
        f"rotation: monthly, handover: 'fifth Monday 09:00', {REST}",
        "handover",
        "last Friday",
    ),
    (
        f"rotation: weekly, handover: [Mon 09:00, Fri 09:00], every: 2, {REST}",
        "every",
        "one",
    ),
    (f"{RULE}", "", "'rrule'"),
    (f"{RULE}, rrule: 'FREQ=MINUTELY'", "rrule", "DAILY, WEEKLY"),
    (f"{RULE}, rrule: 'FREQ=HOURLY;INTERVAL=12'", "rrule", "DAILY, WEEKLY"),
    (f"{RULE}, rrule: 'BYDAY=MO'", "rrule", "FREQ"),
    (f"{RULE}, rrule: 'FREQ=WEEKLY;BYDAY=XX'", "rrule", "no recurrence rule"),
    (f"{RULE}, rrule: 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30'", "rrule", "never hands over"),
    (f"{RULE}, rrule: 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3'", "rrule", "never hands over"),
    (f"{RULE}, rrule: 'FREQ=DAILY;BYHOUR=9;BYMINUTE=0,30'", "rrule", "within an hour"),
    (f"{RULE}, rrule: 'FREQ=DAILY;UNTIL=20270101T000000Z'", "rrule", "without Z"),
    (f"{RULE}, rrule: 'FREQ=DAILY', handover: '09:00'", "handover", "by its `rrule`"),
    (f"{WEEK}, rrule: 'FREQ=DAILY'", "rrule", "belongs to `rotation: rrule`"),
    (f"{WEEK}, members: [{{user: c, since: 2026-02-02}}]", "members[0].user", "no place in the rotation"),
    (f"{WEEK}, members: [{{user: a}}]", "members[0]", "without a date"),
    (f"{WEEK}, members: [{{user: a, since: 2026-03-02, until: 2026-02-02}}]", "members[0]", "before they join"),
    (f"{WEEK}, time_zone: Europe/Bärlin", "time_zone", "no time zone"),
    (f"{WEEK}, on_holidays: never", "on_holidays", "any, only, except"),
]


@pytest.mark.parametrize(("layer", "path", "says"), WRONG)
def test_a_mistake_is_named_where_it_is(layer: str, path: str, says: str) -> None:
    with pytest.raises(ConfigurationInvalid) as refused:
        read(layer)
    (problem,) = refused.value.problems
    assert problem.path == "schedules[0].layers[0]" + (f".{path}" if path else "")
    assert says in f"{problem.message} {problem.remedy}"
    assert problem.remedy


WRONG_OVERRIDES = [
    ("layer: x", "overrides[0].layer", "The layers are w"),
    ("instead_of: c", "overrides[0].instead_of", "stand in for themselves"),
    ("instead_of: a, part: beside", "overrides[0].instead_of", "takes nobody's place"),
    ("part: above", "overrides[0].part", "instead, beside, shadow"),
]


@pytest.mark.parametrize(("more", "path", "says"), WRONG_OVERRIDES)
def test_an_override_that_could_do_nothing_is_refused(more: str, path: str, says: str) -> None:
    with pytest.raises(ConfigurationInvalid) as refused:
        read(WEEK, overrides=f"[{{user: c, {SPAN}, {more}}}]")
    (problem,) = refused.value.problems
    assert problem.path == f"schedules[0].{path}"
    assert says in f"{problem.message} {problem.remedy}"


def test_holidays_of_nowhere_and_holidays_of_no_schedule_are_refused() -> None:
    with pytest.raises(ConfigurationInvalid, match="no public holidays for 'DE-XX'"):
        read(WEEK, holidays="DE-XX")
    with pytest.raises(ConfigurationInvalid, match="does not say whose public holidays"):
        read(f"{WEEK}, on_holidays: only", holidays="")
