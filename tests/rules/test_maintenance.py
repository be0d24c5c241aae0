"""When a maintenance is under way: pure, and by the wall clock of its zone (ALR-7)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.alerts.maintenance import (
    Ending,
    Maintenance,
    MaintenanceDraft,
    MaintenanceState,
    Window,
    check_maintenance,
    check_rule,
    cover_of,
    covers_at,
    decide_ending,
    next_turn,
    next_window,
    repeat_in_words,
    rule_in_words_of,
    state_at,
    window_at,
)
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.localtime import instant_of, local_of

BERLIN = "Europe/Berlin"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def berlin(text: str) -> datetime:
    return instant_of(datetime.fromisoformat(text), ZoneInfo(BERLIN))


def maintenance(starts: datetime, ends: datetime, **more: object) -> Maintenance:
    said = {"name": "m", "services": ("db",), "set_by": "@alice", "set_at": at("2020-01-01"), "time_zone": BERLIN}
    return Maintenance(id=1, starts_at=starts, ends_at=ends, **{**said, **more})  # type: ignore[arg-type]


ONCE = maintenance(berlin("2026-12-01T22:00"), berlin("2026-12-02T02:00"))
SUNDAYS = maintenance(berlin("2026-10-11T02:00"), berlin("2026-10-11T04:00"), repeat="FREQ=WEEKLY;BYDAY=SU")


def test_once_is_under_way_from_its_first_to_before_its_last_instant() -> None:
    second = timedelta(seconds=1)
    begins, ends = ONCE.starts_at, ONCE.ends_at
    assert [window_at(ONCE, now) is not None for now in (begins - second, begins, ends - second, ends)] == [
        False,
        True,
        True,
        False,
    ]
    assert [state_at(ONCE, now) for now in (begins - second, begins, ends)] == list(MaintenanceState)
    assert (next_turn(ONCE, begins - second), next_turn(ONCE, begins), next_turn(ONCE, ends)) == (begins, ends, None)


def test_every_sunday_follows_the_wall_clock_over_the_end_of_summer_time() -> None:
    week, window = at("2026-10-01"), []
    for _ in range(4):
        found = next_window(SUNDAYS, week)
        assert found is not None
        window.append(found)
        week = found.starts_at
    assert [(one.starts_at, one.ends_at) for one in window] == [
        (at("2026-10-11T00:00"), at("2026-10-11T02:00")),
        (at("2026-10-18T00:00"), at("2026-10-18T02:00")),
        (at("2026-10-25T00:00"), at("2026-10-25T03:00")),  # 02:00 to 04:00 on the clock, three hours long
        (at("2026-11-01T01:00"), at("2026-11-01T03:00")),
    ]


def test_a_window_inside_the_hour_that_never_occurs_does_not_happen() -> None:
    each = maintenance(berlin("2026-03-28T02:15"), berlin("2026-03-28T02:45"), repeat="FREQ=DAILY")
    jump = at("2026-03-29T01:00")
    assert window_at(each, jump) is None
    assert next_window(each, jump) == Window(at("2026-03-30T00:15"), at("2026-03-30T00:45"))


ZONES = st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca"])
RULES = st.sampled_from(["FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=DAILY;COUNT=40"])
MOMENTS = st.datetimes(datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2026-12-31")).map(
    lambda moment: moment.replace(microsecond=0)
)


@given(ZONES, RULES, MOMENTS, st.integers(15, 1000), st.integers(0, 9000))
def test_whoever_looks_at_each_turn_misses_no_window(
    zone_name: str, rule: str, first: datetime, minutes: int, hours: int
) -> None:
    """A walk from turn to turn sees the same as a look at any instant, over every change of the clocks."""
    zone = ZoneInfo(zone_name)
    starts = instant_of(first, zone)
    each = maintenance(starts, instant_of(first + timedelta(minutes=minutes), zone), repeat=rule, time_zone=zone_name)
    now = starts + timedelta(hours=hours)
    seen, turn = window_at(each, now), next_turn(each, now)
    if seen is not None:
        assert seen.starts_at <= now < seen.ends_at
    if turn is None:
        assert seen is None
        return
    assert now < turn
    middle = now + (turn - now) / 2
    assert window_at(each, middle) == seen


@given(ZONES, MOMENTS, st.integers(1, 3000), st.integers(1, 5), st.integers(0, 9000))
def test_a_daily_window_is_under_way_exactly_when_one_of_its_days_says_so(
    zone_name: str, first: datetime, minutes: int, every: int, hours: int
) -> None:
    zone, length = ZoneInfo(zone_name), timedelta(minutes=minutes)
    starts = instant_of(first, zone)
    rule = rule_in_words_of("daily", every=every)
    each = maintenance(starts, instant_of(local_of(starts, zone) + length, zone), repeat=rule, time_zone=zone_name)
    now = starts + timedelta(hours=hours)
    length = local_of(each.ends_at, zone) - local_of(starts, zone)
    days = [local_of(starts, zone) + timedelta(days=every * n) for n in range(hours // 24 // every + 3)]
    expected = any(instant_of(day, zone) <= now < instant_of(day + length, zone) for day in days)
    assert (window_at(each, now) is not None) is expected


def test_what_a_group_needs_to_be_quiet() -> None:
    """A maintenance of one service does not keep quiet what is also about another."""
    other = maintenance(ONCE.starts_at, ONCE.ends_at - timedelta(hours=1), services=("web",), reason="new disks")
    covers = covers_at([ONCE, other], ONCE.starts_at)
    assert cover_of(["db"], covers) == covers["db"]
    assert cover_of(["db", "web"], covers) == covers["web"]  # until the first of them is free again
    assert cover_of(["db", "checkout"], covers) is None
    assert cover_of([], covers) is None
    assert str(covers["web"]) == "web is in maintenance until 2026-12-02 00:00 UTC (new disks)"


def test_set_in_the_middle_of_its_window_it_counts_from_then_on() -> None:
    late = maintenance(ONCE.starts_at, ONCE.ends_at, set_at=ONCE.starts_at + timedelta(minutes=5))
    assert covers_at([late], ONCE.ends_at - timedelta(minutes=1))["db"].since == late.set_at


def test_ending_early() -> None:
    now = ONCE.starts_at + timedelta(minutes=10)
    assert decide_ending(ONCE, now, whole=False) == Ending(None, now)
    sunday = SUNDAYS.starts_at + timedelta(minutes=10)
    assert decide_ending(SUNDAYS, sunday, whole=False) == Ending(sunday, None)
    assert decide_ending(SUNDAYS, sunday, whole=True) == Ending(None, sunday)
    cut = maintenance(SUNDAYS.starts_at, SUNDAYS.ends_at, repeat=SUNDAYS.repeat, cut_at=sunday)
    assert window_at(cut, sunday) is None
    assert next_turn(cut, sunday) == at("2026-10-18T00:00")
    for wrong, when, words in (
        (SUNDAYS, sunday + timedelta(days=1), "not under way"),
        (ONCE, ONCE.ends_at, "over already"),
        (maintenance(*ONCE_WINDOW, managed_by="tocsin.yaml"), now, r"managed by tocsin\.yaml"),
    ):
        with pytest.raises(Refused, match=words):
            decide_ending(wrong, when, whole=False)


ONCE_WINDOW = (ONCE.starts_at, ONCE.ends_at)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (rule_in_words_of("daily"), "every day"),
        (rule_in_words_of("weekly", every=2, days=(6, 5)), "every 2 weeks on Saturday, Sunday"),
        (check_rule("rrule:freq=monthly;byday=1sa"), "FREQ=MONTHLY;BYDAY=1SA"),
    ],
)
def test_rules_in_words(rule: str, words: str) -> None:
    assert repeat_in_words(rule) == words


@pytest.mark.parametrize(
    "rule",
    [
        "hourly",
        "FREQ=HOURLY",
        "FREQ=DAILY;BYHOUR=3",
        "FREQ=DAILY;BYMONTHDAY=32",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=x",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=DAILY;UNTIL=20270101T000000Z",
        "FREQ=YEARLY",
        "",
    ],
)
def test_a_rule_that_cannot_be_followed_is_refused(rule: str) -> None:
    with pytest.raises(Invalid):
        check_rule(rule)


def test_what_is_wrong_with_a_maintenance() -> None:
    good = MaintenanceDraft(name="m", services=("db",), starts_at=ONCE.starts_at, ends_at=ONCE.ends_at)
    assert check_maintenance(good) is good
    for change, field in (
        ({"services": ()}, "services"),
        ({"ends_at": good.starts_at}, "to"),
        ({"reason": "x" * 501}, "reason"),
        ({"repeat": "FREQ=WEEKLY;BYDAY=SU"}, "from"),  # the first window is on a Tuesday
    ):
        with pytest.raises(Invalid) as refused:
            check_maintenance(MaintenanceDraft(**{**as_dict(good), **change}))  # type: ignore[arg-type]
        assert refused.value.field == field


def as_dict(draft: MaintenanceDraft) -> dict[str, object]:
    return {name: getattr(draft, name) for name in MaintenanceDraft.__struct_fields__}
