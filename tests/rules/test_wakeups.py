"""What a wake-up says, and how long it waits for others to travel with it."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.kernel.wakeups import POLL_FLOOR, SLACK, announcement, pause_before, read_announcement

NOW = datetime(2026, 3, 2, 10, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("due_in", "is_late", "is_timer"),
    [(-SLACK, True, False), (-SLACK / 2, False, False), (timedelta(), False, False), (POLL_FLOOR * 2, False, True)],
    ids=["late", "a little ago", "now", "soon"],
)
def test_a_wake_up_says_what_sleepers_cannot_know(due_in: timedelta, is_late: bool, is_timer: bool) -> None:
    news = announcement("deliver.email", NOW + due_in, NOW)
    assert news is not None
    assert read_announcement(news) == ("deliver.email", is_late, NOW + due_in if is_timer else None)


def test_a_timer_that_every_sleeper_sees_in_time_needs_no_word() -> None:
    assert announcement("timers", NOW + POLL_FLOOR * 2 + timedelta(microseconds=1), NOW) is None


@pytest.mark.parametrize(
    ("since", "in_a_row", "longest"),
    [(1.0, 0, 0.0), (0.02, 0, 0.0), (0.019, 0, 0.002), (0.001, 3, 0.002), (0.0, 4, 0.005), (0.0, 400, 0.005)],
    ids=["alone", "just alone", "crowded", "not a flood yet", "a flood", "a long flood"],
)
def test_a_lone_wake_up_goes_at_once_and_one_in_a_flood_waits_for_more(
    since: float, in_a_row: int, longest: float
) -> None:
    assert 0 <= pause_before(since, in_a_row) <= longest


def test_a_flood_is_announced_in_an_even_beat() -> None:
    assert {pause_before(0.0, in_a_row) for in_a_row in (4, 5, 50)} == {0.005}
