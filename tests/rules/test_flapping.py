"""Four changes in ten minutes are held as one until ten minutes have passed without any (ALR-7)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.alerts.flapping import CHANGES, QUIET, WITHIN, Flaps, after_change, quiet_at

T = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def after(*minutes: float) -> Flaps:
    flaps = Flaps()
    for minute in minutes:
        flaps = after_change(flaps, T + timedelta(minutes=minute))
    return flaps


@pytest.mark.parametrize(
    ("minutes", "since"),
    [
        ((0, 1, 2), None),
        ((0, 1, 2, 3), 3),
        ((0, 3, 6, 10), 10),
        ((0, 3, 6, 10.1), None),
        ((0, 3, 6, 10.1, 11), 11),
        ((0, 1, 2, 3, 12), 3),
        ((0, 1, 2, 3, 13), None),
        ((0, 1, 2, 3, 13, 14, 15), None),
        ((0, 1, 2, 3, 13, 14, 15, 16), 16),
    ],
)
def test_when_it_flaps(minutes: tuple[float, ...], since: float | None) -> None:
    expected = None if since is None else T + timedelta(minutes=since)
    assert after(*minutes).since == expected


def test_whoever_was_told_is_told_again_only_of_a_new_beginning() -> None:
    told = Flaps(after(0, 1, 2, 3).changes, after(0, 1, 2, 3).since, told=True)
    assert after_change(told, T + timedelta(minutes=4)).told
    assert not after_change(told, T + timedelta(minutes=30)).told


@given(st.lists(st.integers(min_value=0, max_value=900), max_size=30))
def test_it_flaps_exactly_from_the_fourth_change_in_ten_minutes_until_ten_quiet_ones(gaps: list[int]) -> None:
    instants: list[datetime] = []
    flaps, flapping = Flaps(), False
    for gap in gaps:
        now = (instants[-1] if instants else T) + timedelta(seconds=gap)
        if instants and now >= instants[-1] + QUIET:
            flapping = False
        instants.append(now)
        flapping = flapping or sum(now - WITHIN <= instant for instant in instants) >= CHANGES
        flaps = after_change(flaps, now)
        assert (flaps.since is not None) == flapping
        assert len(flaps.changes) <= CHANGES
        assert quiet_at(flaps) == now + QUIET
