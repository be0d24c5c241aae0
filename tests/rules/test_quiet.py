"""Quiet hours (PAG-3): who waits until when, on whose clock, through the nights on which clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tocsin.delivery.model import MessageView, Notification, Purpose, QuietHours, Urgency
from tocsin.delivery.quiet import LONGEST, check_quiet, decide_quiet, quiet_until
from tocsin.kernel.errors import Invalid

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC", "America/Sao_Paulo")
BERLIN = ZoneInfo("Europe/Berlin")
EVERY_DAY = tuple(range(7))
NIGHT = QuietHours(days=EVERY_DAY, begin=time(22), to=time(7), time_zone="Europe/Berlin")
LOW = Notification(
    user_id=5, topic="incident/42", purpose=Purpose.PAGE, message=MessageView(title="x"), urgency=Urgency.LOW
)


def berlin(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (berlin(20, 21, 59), None),
        (berlin(20, 22), berlin(21, 7)),
        (berlin(21, 3), berlin(21, 7)),
        (berlin(21, 6, 59), berlin(21, 7)),
        (berlin(21, 7), None),
        (berlin(29, 1, month=3), berlin(29, 7, month=3)),  # clocks go forward: 5 h later
        (berlin(25, 1, month=10), berlin(25, 7, month=10)),  # clocks go back: 7 h later
    ],
)
def test_the_night_ends_at_seven_of_the_persons_clock(now: datetime, until: datetime | None) -> None:
    assert quiet_until(NIGHT, BERLIN, now) == until


def test_a_window_belongs_to_the_day_it_begins_on() -> None:
    weekend = replace(NIGHT, days=(4, 5))  # Friday and Saturday night
    assert quiet_until(weekend, BERLIN, berlin(21, 3)) == berlin(21, 7)  # Saturday, early
    assert quiet_until(weekend, BERLIN, berlin(23, 3)) is None  # Monday, early


def test_the_persons_own_zone_goes_before_the_organisations() -> None:
    now = berlin(21, 12)  # 06:00 in New York
    assert decide_quiet(LOW, NIGHT, None, now) is None
    hold = decide_quiet(LOW, NIGHT, "America/New_York", now)
    assert hold is not None
    assert hold.until == berlin(21, 13)
    assert hold.why == "low urgency, and quiet hours until 07:00 EST"
    assert decide_quiet(LOW, NIGHT, "Nowhere/Town", now) is None  # as if they had none


def test_what_must_be_told_does_not_wait() -> None:
    now = berlin(21, 3)
    assert decide_quiet(LOW, NIGHT, None, now) is not None
    assert decide_quiet(replace(LOW, purpose=Purpose.NOTICE), NIGHT, None, now) is not None
    assert decide_quiet(LOW, None, None, now) is None
    for told in (
        replace(LOW, urgency=Urgency.HIGH),
        replace(LOW, is_top_level=True),
        replace(LOW, purpose=Purpose.TEST),
        replace(LOW, contact_id=7),
    ):
        assert decide_quiet(told, NIGHT, None, now) is None


@pytest.mark.parametrize(
    ("quiet", "field", "why"),
    [
        (replace(NIGHT, days=()), "days", "on no day"),
        (replace(NIGHT, to=time(22)), "to", "that begin and end at 22:00 would never end"),
        (replace(NIGHT, begin=time(7), to=time(23, 1)), "to", "of 16h1m leave too little of the day"),
        (replace(NIGHT, time_zone="Mars/Olympus"), "time_zone", "no time zone"),
    ],
)
def test_what_are_no_quiet_hours(quiet: QuietHours, field: str, why: str) -> None:
    with pytest.raises(Invalid, match=why) as refused:
        check_quiet(quiet)
    assert refused.value.field == field


times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
quiets = st.builds(
    QuietHours,
    days=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    begin=times,
    to=times,
    time_zone=st.sampled_from(ZONES),
).filter(lambda quiet: quiet.begin != quiet.to)
instants = st.integers(0, 5 * 365 * 86400).map(lambda n: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=n))


@given(quiets, instants)
def test_a_wait_ends_within_a_day_and_at_its_end_it_is_not_quiet(quiet: QuietHours, now: datetime) -> None:
    zone = ZoneInfo(quiet.time_zone)
    until = quiet_until(quiet, zone, now)
    if until is not None:
        assert timedelta(0) < until - now < timedelta(hours=26)
        again = quiet_until(quiet, zone, until)
        assert again is None or again > until


@given(quiets, instants)
def test_what_comes_later_in_the_same_night_waits_for_the_same_end(quiet: QuietHours, now: datetime) -> None:
    zone = ZoneInfo(quiet.time_zone)
    until = quiet_until(quiet, zone, now)
    if until is not None:
        middle = now + (until - now) / 2
        assert quiet_until(quiet, zone, middle) == until


@given(quiets)
def test_hours_that_are_allowed_leave_time_to_try_again(quiet: QuietHours) -> None:
    lasts = timedelta(hours=quiet.to.hour - quiet.begin.hour, minutes=quiet.to.minute - quiet.begin.minute) % timedelta(
        days=1
    )
    if lasts <= LONGEST:
        check_quiet(quiet)
    else:
        with pytest.raises(Invalid):
            check_quiet(quiet)
