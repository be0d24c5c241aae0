"""How a run begins: which variant applies at which hour and level, what is held until when, and what never is."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.business_hours import business_hours_begin
from tocsin.catalog.model import Organisation
from tocsin.catalog.profiles import active
from tocsin.kernel.localtime import Hours
from tocsin.paging.model import During, Policy, Step, Variant, parse_target
from tocsin.paging.variants import Occasion, decide_beginning, is_during, ladder, ladders

BERLIN = Organisation(time_zone="Europe/Berlin", business_hours=Hours(days=(0, 1, 2, 3, 4), begin=time(9), to=time(18)))
ALWAYS_OPEN = Organisation(time_zone="Europe/Berlin")
STEPS = (Step((parse_target("user:alice"),), timedelta(minutes=5)),)
OTHER = (Step((parse_target("user:bob"),), timedelta(minutes=9)),)
HOLD = Variant(during=During.OUTSIDE_BUSINESS_HOURS, severity=("SEV-3", "sev4"), hold=True)
POLICY = Policy("payments", STEPS, repeat=1, last_resort=OTHER[0].notify, when=(HOLD,))

MONDAY_NOON = datetime(2026, 11, 2, 11, 0, tzinfo=UTC)
FRIDAY_NIGHT = datetime(2026, 11, 6, 22, 30, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 8, 12, 0, tzinfo=UTC)


def occasion(severity: str | None, organisation: Organisation = BERLIN, profile: str = "sre") -> Occasion:
    level = active(profile).level(severity) if severity else None
    return Occasion(level=level, organisation=organisation)


def test_what_a_variant_holds_begins_with_the_next_business_hours() -> None:
    beginning = decide_beginning(POLICY, occasion("SEV-3"), FRIDAY_NIGHT)
    assert beginning.hold_until == datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
    assert beginning.reason == (
        "held until Monday 2026-11-09 09:00 CET because it is outside business hours and it is a SEV-3"
    )


@pytest.mark.parametrize(
    ("severity", "at", "variant"),
    [("SEV-3", MONDAY_NOON, None), ("SEV-2", SUNDAY, None), ("SEV-4", SUNDAY, 0), (None, SUNDAY, None)],
)
def test_a_variant_applies_by_hour_and_level(severity: str | None, at: datetime, variant: int | None) -> None:
    assert decide_beginning(POLICY, occasion(severity), at).variant == variant


@pytest.mark.parametrize(("severity", "why"), [("SEV-1", "a SEV-1 never is"), (None, "its severity is not known")])
def test_a_top_level_and_what_nobody_has_classified_are_never_held(severity: str | None, why: str) -> None:
    policy = Policy("p", STEPS, when=(Variant(during=During.NIGHTS, hold=True),))
    beginning = decide_beginning(policy, occasion(severity), FRIDAY_NIGHT)
    assert beginning.hold_until is None
    assert beginning.reason == f"not held although it is night: {why}"


def test_the_first_variant_that_applies_decides() -> None:
    first = Variant(during=During.WEEKENDS, steps=OTHER)
    policy = Policy("p", STEPS, when=(first, HOLD))
    assert decide_beginning(policy, occasion("SEV-3"), SUNDAY).variant == 0
    assert decide_beginning(policy, occasion("SEV-3"), SUNDAY).hold_until is None
    assert decide_beginning(policy, occasion("SEV-3"), FRIDAY_NIGHT).variant == 1


def test_a_level_may_ask_for_business_hours_unless_a_variant_says_otherwise() -> None:
    plain = Policy("p", STEPS)
    held = decide_beginning(plain, occasion("SEV-4"), SUNDAY)
    assert held.reason.endswith("because a SEV-4 calls people in business hours only")
    assert held.hold_until == datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
    assert decide_beginning(plain, occasion("SEV-4"), MONDAY_NOON).hold_until is None
    assert decide_beginning(plain, occasion("SEV-4", ALWAYS_OPEN), SUNDAY).hold_until is None
    called = Policy("p", STEPS, when=(Variant(severity=("SEV-4",), steps=OTHER),))
    assert decide_beginning(called, occasion("SEV-4"), SUNDAY).hold_until is None


@pytest.mark.parametrize(
    ("during", "at", "inside"),
    [
        (During.BUSINESS_HOURS, MONDAY_NOON, True),
        (During.BUSINESS_HOURS, SUNDAY, False),
        (During.OUTSIDE_BUSINESS_HOURS, SUNDAY, True),
        (During.NIGHTS, FRIDAY_NIGHT, True),
        (During.NIGHTS, MONDAY_NOON, False),
        (During.WEEKENDS, SUNDAY, True),
        (During.WEEKENDS, datetime(2026, 11, 6, 23, 0, tzinfo=UTC), True),  # Saturday 00:00 in Berlin
        (During.WEEKENDS, FRIDAY_NIGHT, False),
        (During.WEEKENDS, datetime(2026, 11, 8, 23, 0, tzinfo=UTC), False),  # Monday 00:00 in Berlin
        (Hours(days=(4,), begin=time(23), to=time(1)), FRIDAY_NIGHT, True),
    ],
)
def test_times_of_the_week_are_the_organisations(during: During | Hours, at: datetime, inside: bool) -> None:
    assert is_during(during, BERLIN, at) is inside


def test_an_organisation_without_business_hours_is_always_in_them() -> None:
    assert is_during(During.BUSINESS_HOURS, ALWAYS_OPEN, SUNDAY)
    assert not is_during(During.OUTSIDE_BUSINESS_HOURS, ALWAYS_OPEN, SUNDAY)


def test_a_variant_replaces_what_it_says_and_keeps_the_rest() -> None:
    said = Variant(severity=("SEV-1",), steps=OTHER, repeat=0)
    policy = Policy("p", STEPS, repeat=3, last_resort=OTHER[0].notify, when=(said,))
    assert ladder(policy, 0) == Policy("p", OTHER, repeat=0, last_resort=OTHER[0].notify)
    assert ladder(policy, None) == Policy("p", STEPS, repeat=3, last_resort=OTHER[0].notify)
    assert len(ladders(policy)) == 2


@pytest.mark.parametrize(
    ("at", "begins"),
    [
        # The clock goes forward on Sunday 2026-03-29 at 02:00, and back on 2026-10-25 at 03:00.
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), datetime(2026, 3, 30, 7, 0, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), datetime(2026, 10, 26, 8, 0, tzinfo=UTC)),
    ],
)
def test_business_hours_begin_by_the_clock_on_the_wall_whatever_it_did_at_night(at: datetime, begins: datetime) -> None:
    assert business_hours_begin(BERLIN, at) == begins


EARLY = Organisation(time_zone="Europe/Berlin", business_hours=Hours(days=(6,), begin=time(2, 30), to=time(3, 30)))
AUTUMN = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)


@given(st.integers(0, 6 * 3600), st.sampled_from([AUTUMN, datetime(2026, 3, 28, 22, 0, tzinfo=UTC)]))
def test_what_is_held_is_released_once_and_later_than_now(seconds: int, start: datetime) -> None:
    """Around both changes of the clock, with hours that begin within the doubtful one (REL-10)."""
    now = start + timedelta(seconds=seconds)
    begins = business_hours_begin(EARLY, now)
    assert (begins is None) == is_during(During.BUSINESS_HOURS, EARLY, now)
    if begins is not None:
        assert begins > now
        assert is_during(During.BUSINESS_HOURS, EARLY, begins)
        assert not is_during(During.BUSINESS_HOURS, EARLY, begins - timedelta(seconds=1))
