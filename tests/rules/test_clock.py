"""Business time never goes backwards and never stands still (REL-10)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.clock import DatabaseClock, VirtualClock
from tocsin.kernel.held import next_round

START = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


class Monotonic:
    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_carries_on_by_the_monotonic_clock() -> None:
    monotonic = Monotonic()
    clock = DatabaseClock(START, monotonic)
    monotonic.at += 2.5
    assert clock.now() == START + timedelta(seconds=2.5)


def test_a_sample_ahead_is_adopted_at_once() -> None:
    monotonic = Monotonic()
    clock = DatabaseClock(START, monotonic)
    assert clock.sample(START + timedelta(hours=1)) == timedelta(hours=-1)
    assert clock.now() == START + timedelta(hours=1)


def test_a_clock_set_back_is_met_at_half_speed() -> None:
    monotonic = Monotonic()
    clock = DatabaseClock(START, monotonic)
    assert clock.sample(START - timedelta(seconds=10)) == timedelta(seconds=10)
    assert clock.now() == START
    monotonic.at += 4
    assert clock.now() == START + timedelta(seconds=2)
    monotonic.at += 16
    assert clock.now() == START + timedelta(seconds=10)
    monotonic.at += 1
    assert clock.now() == START + timedelta(seconds=11)


@given(
    st.lists(st.tuples(st.floats(0.001, 5), st.none() | st.floats(-4000, 4000)), max_size=50),
)
def test_never_backwards_whatever_is_sampled(steps: list[tuple[float, float | None]]) -> None:
    monotonic = Monotonic()
    clock, before, truth = DatabaseClock(START, monotonic), START, START
    for passed, jump in steps:
        monotonic.at += passed
        truth += timedelta(seconds=passed)
        now = clock.now()
        assert now > before
        before = now
        if jump is not None:
            truth += timedelta(seconds=jump)
            clock.sample(truth)
            assert clock.now() >= max(before, truth - timedelta(microseconds=1))
            before = clock.now()


def test_the_virtual_clock_only_goes_forward() -> None:
    clock = VirtualClock(START)
    clock.advance(timedelta(minutes=5))
    with pytest.raises(ValueError, match="does not go back"):
        clock.set(START)


@given(
    missed=st.timedeltas(timedelta(), timedelta(days=400)),
    every=st.timedeltas(timedelta(seconds=1), timedelta(days=31)),
)
def test_the_next_round_is_the_first_of_its_beat_after_now(missed: timedelta, every: timedelta) -> None:
    now = START + missed
    following = next_round(START, every, now)
    assert now < following <= now + every
    assert (following - START) % every == timedelta()


def test_a_round_that_runs_before_its_time_is_not_run_twice() -> None:
    assert next_round(START, timedelta(minutes=1), START - timedelta(seconds=5)) == START + timedelta(minutes=1)
