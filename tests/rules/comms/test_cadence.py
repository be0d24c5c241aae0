"""COM-2, ROL-1: when an update is due, and what comes around that time."""

from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.profiles import active
from tocsin.comms import rules
from tocsin.comms.rules import Reminder, Step
from tocsin.incidents.model import OPEN_STATUSES, Status
from tocsin.incidents.roles import cadence_of

NINE = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SEV1, SEV2, SEV3, SEV4 = active().levels


@pytest.mark.parametrize(
    ("level", "is_solo", "minutes"),
    [
        (SEV1, False, 15),
        (SEV2, False, 30),
        (SEV3, False, 240),
        (SEV4, False, 1440),
        (None, False, 30),
        (SEV1, True, 15),
        (SEV4, True, 15),
        (None, True, 15),
        (SEV1._replace(update_cadence=10 * MINUTE), True, 10),
    ],
)
def test_the_interval_is_the_levels_and_a_quarter_of_an_hour_at_most_for_who_is_alone(
    level: rules.Level | None, is_solo: bool, minutes: int
) -> None:
    assert cadence_of(level, is_solo=is_solo) == minutes * MINUTE


@pytest.mark.parametrize("status", Status)
def test_an_update_is_due_until_it_is_over_and_while_it_is_monitored(status: Status) -> None:
    expected = NINE + 15 * MINUTE if status in OPEN_STATUSES else None
    assert rules.next_update_due(SEV1, NINE, status) == expected
    assert Status.MONITORING in OPEN_STATUSES


def first(count: int, due_at: datetime, minutes: int, *, is_solo: bool) -> list[tuple[int, Step]]:
    """Minutes after nine, and what happens then."""
    found = islice(rules.reminders(due_at, minutes * MINUTE, is_solo=is_solo, after=NINE), count)
    return [(round((each.at - NINE) / MINUTE), each.step) for each in found]


def test_before_at_and_after_the_due_time_and_again_each_interval() -> None:
    assert first(5, NINE + 30 * MINUTE, 30, is_solo=False) == [
        (25, Step.SOON),
        (30, Step.DUE),
        (35, Step.LATE),
        (60, Step.DUE),
        (65, Step.LATE),
    ]


def test_a_short_interval_has_short_margins() -> None:
    assert first(3, NINE + 6 * MINUTE, 6, is_solo=False) == [(4, Step.SOON), (6, Step.DUE), (8, Step.LATE)]


def test_who_is_alone_is_reminded_once_an_interval() -> None:
    assert first(3, NINE + 15 * MINUTE, 15, is_solo=True) == [(15, Step.DUE), (30, Step.DUE), (45, Step.DUE)]


def test_a_worker_that_was_away_finds_everything_that_has_come_once() -> None:
    due, every = NINE + 15 * MINUTE, 15 * MINUTE
    come = rules.passed(due, every, is_solo=False, after=NINE, until=NINE + 31 * MINUTE)
    assert [each.step for each in come] == [Step.SOON, Step.DUE, Step.LATE, Step.DUE]
    assert come[-1].due_at == NINE + 30 * MINUTE
    assert rules.passed(due, every, is_solo=False, after=NINE + 31 * MINUTE, until=NINE + 31 * MINUTE) == ()


@given(
    minutes=st.integers(1, 1440),
    is_solo=st.booleans(),
    due=st.integers(-300, 300),
    after=st.integers(0, 300),
    until=st.integers(0, 300),
)
def test_nothing_is_skipped_and_nothing_comes_twice(
    minutes: int, is_solo: bool, due: int, after: int, until: int
) -> None:
    due_at, every = NINE + due * MINUTE, minutes * MINUTE
    begin, end = NINE + min(after, until) * MINUTE, NINE + max(after, until) * MINUTE
    seen: list[Reminder] = []
    at = begin
    while (following := rules.next_reminder(due_at, every, is_solo=is_solo, after=at)).at <= end:
        seen += rules.passed(due_at, every, is_solo=is_solo, after=at, until=following.at)
        at = following.at
    assert tuple(seen) == rules.passed(due_at, every, is_solo=is_solo, after=begin, until=end)
    assert all(a.at <= b.at for a, b in pairwise(seen))


def test_a_new_level_counts_from_the_last_update_and_leaves_time_to_write_one() -> None:
    assert rules.due_after_new_level(SEV1, NINE, NINE + 5 * MINUTE, is_solo=False) == NINE + 15 * MINUTE
    assert rules.due_after_new_level(SEV1, NINE, NINE + 40 * MINUTE, is_solo=False) == NINE + 45 * MINUTE
    assert rules.due_after_new_level(SEV3, NINE, NINE + 5 * MINUTE, is_solo=False) == NINE + 240 * MINUTE
