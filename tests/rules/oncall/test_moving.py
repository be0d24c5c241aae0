"""Whose hours change hands: what people hold, and what a change gives and takes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tocsin.oncall.change_model import Interval
from tocsin.oncall.model import Handover, Layer, Override, Rotation, Schedule
from tocsin.oncall.moving import Move, holds, moves, on_call_times, shift_at, without

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = Layer(
    name="week",
    rotation=Rotation.WEEKLY,
    starts=datetime(2026, 3, 2, 9),  # noqa: DTZ001  local to the schedule's zone
    users=(("ann",), ("ben",)),
    handover=Handover(at=MONDAY.time(), weekday=0),
)
SCHEDULE = Schedule(name="primary", time_zone="UTC", layers=(WEEK,))


def days(begin: float, end: float) -> Interval:
    return Interval(MONDAY + begin * DAY, MONDAY + end * DAY)


def with_override(user: str, span: Interval) -> Schedule:
    return replace(SCHEDULE, overrides=(Override(user=user, starts_at=span.starts_at, ends_at=span.ends_at, id=1),))


def test_times_that_touch_are_one() -> None:
    after = with_override("ann", days(7, 8))
    assert on_call_times(after, days(0, 14)) == {"ann": [days(0, 8)], "ben": [days(8, 14)]}


def test_an_override_moves_exactly_its_hours() -> None:
    after = with_override("cleo", days(6, 8))
    assert moves(SCHEDULE, after, days(0, 14)) == {
        "ann": Move((), (days(6, 7),)),
        "ben": Move((), (days(7, 8),)),
        "cleo": Move((days(6, 8),), ()),
    }


def test_who_is_on_call_anyway_is_moved_by_nothing() -> None:
    assert moves(SCHEDULE, with_override("ann", days(1, 2)), days(0, 14)) == {}


def test_the_shift_at_an_instant_is_what_is_left_of_it() -> None:
    assert shift_at(SCHEDULE, "ann", MONDAY + DAY, MONDAY + DAY) == days(1, 7)
    assert shift_at(SCHEDULE, "ben", MONDAY + 8 * DAY, MONDAY) == days(7, 14)
    assert shift_at(SCHEDULE, "ann", MONDAY + 8 * DAY, MONDAY) is None
    alone = replace(SCHEDULE, layers=(replace(WEEK, users=(("ann",),)),))
    assert shift_at(alone, "ann", MONDAY, MONDAY) is None


@pytest.mark.parametrize(
    ("span", "held"), [(days(0, 7), True), (days(2, 3), True), (days(6, 8), False), (days(8, 9), False)]
)
def test_somebody_holds_a_span_when_it_is_all_theirs(span: Interval, held: bool) -> None:
    assert holds(SCHEDULE, "ann", span) is held


SPANS = st.lists(st.integers(0, 40), max_size=12, unique=True).map(
    lambda cuts: [days(*pair) for pair in zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False)]
)


@given(SPANS, SPANS)
def test_what_is_left_is_what_no_cut_covers(times: list[Interval], taken: list[Interval]) -> None:
    def covered(spans: list[Interval] | tuple[Interval, ...], hour: int) -> bool:
        at = MONDAY + hour * DAY / 2
        return any(span.starts_at <= at < span.ends_at for span in spans)

    left = without(times, taken)
    for hour in range(-2, 84):
        assert covered(left, hour) is (covered(times, hour) and not covered(taken, hour))
