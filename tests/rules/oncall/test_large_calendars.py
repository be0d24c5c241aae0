"""A layer with more events than are looked at in one go says the same as each instant asked for by itself."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.oncall.model import Layer, Override, Rotation, Schedule, Window
from tocsin.oncall.rotation import shifts, who_is_on_call

BEGIN = datetime(2026, 3, 20, tzinfo=UTC)
END = BEGIN + timedelta(days=30)
HOUR = timedelta(hours=1)


def window(user: str, at: datetime, hours: int) -> Window:
    return Window(user=user, starts_at=at, ends_at=at + hours * HOUR)


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """Some hundred shifts of up to two weeks, overlapping, beginning before and ending after the time looked at."""
    random = draw(st.randoms(use_true_random=False))
    begins = [BEGIN + HOUR * random.randint(-200, 800) for _ in range(random.randint(201, 350))]
    found = [window(f"p{random.randint(0, 4)}", at, random.choice((1, 2, 8, 336))) for at in begins]
    return tuple(sorted(found, key=lambda one: (one.starts_at, one.user)))


@settings(max_examples=25, deadline=None)
@given(windows(), st.integers(0, 29))
def test_shifts_of_a_large_calendar_are_those_of_every_instant(events: tuple[Window, ...], day: int) -> None:
    layer = Layer(name="crew", rotation=Rotation.CALENDAR, calendar="crew", users=(), events=events)
    taken = Override(user="dora", starts_at=BEGIN + timedelta(days=day), ends_at=BEGIN + timedelta(days=day, hours=5))
    schedule = Schedule(name="x", team=None, time_zone="Europe/Berlin", layers=(layer,), overrides=(taken,))
    found = shifts(schedule, BEGIN, END)
    assert (found[0].starts_at, found[-1].ends_at) == (BEGIN, END)
    for before, after in pairwise(found):
        assert before.ends_at == after.starts_at
        assert (before.users, before.source) != (after.users, after.source)
    for shift in found:
        for at in (shift.starts_at, shift.ends_at - timedelta(microseconds=1)):
            assert who_is_on_call(schedule, at).users == shift.users
    edges = {edge for one in (*events, taken) for edge in (one.starts_at, one.ends_at) if BEGIN <= edge < END}
    for at in edges:
        (held,) = [shift for shift in found if shift.starts_at <= at < shift.ends_at]
        assert held.users == who_is_on_call(schedule, at).users
