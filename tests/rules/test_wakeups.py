"""How long a wake-up waits for others to travel with it."""

import pytest

from tocsin.kernel.wakeups import pause_before


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
