"""When somebody who has it is looked after: a sign of work, or quiet that was asked for, moves the instant (PAG-5)."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.catalog.profiles import PRESETS, active
from tocsin.paging.patience import next_look, timeout_of

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


def ago(minutes: int) -> datetime:
    return NOW - timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("acted_at", "quiet_until", "looked_at"),
    [
        (ago(30), None, None),
        (ago(45), None, None),
        (ago(29), None, ago(-1)),
        (NOW, None, ago(-30)),
        (ago(45), ago(-60), ago(-90)),
        (ago(10), ago(20), ago(-20)),
        (ago(45), ago(31), None),
    ],
)
def test_a_sign_of_work_moves_the_look(
    acted_at: datetime, quiet_until: datetime | None, looked_at: datetime | None
) -> None:
    assert next_look(acted_at, quiet_until, HALF_AN_HOUR, NOW) == looked_at


def test_the_time_is_the_levels_and_half_an_hour_where_nobody_has_classified_it() -> None:
    assert timeout_of(active("sre").level("SEV-1")) == timedelta(minutes=15)
    assert timeout_of(active("sre").level("SEV-2")) == HALF_AN_HOUR
    assert timeout_of(None) == HALF_AN_HOUR
    assert all(timeout_of(level) > timedelta() for profile in PRESETS.values() for level in profile.levels)
