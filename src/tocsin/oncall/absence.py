"""Leave as values, and which shifts it touches. Pure."""

from collections.abc import Sequence

from tocsin.oncall import moving
from tocsin.oncall.change_model import Interval, Touched
from tocsin.oncall.model import Schedule

OF_PERSON = "person"
"""The source of leave that somebody has typed; others are `calendar:<name>`."""


def touched_shifts(schedules: Sequence[Schedule], user: str, span: Interval) -> list[Touched]:
    """When somebody is on call within a span, in the order in which it comes."""
    found = [
        Touched(schedule=each.name, time_zone=each.time_zone, starts_at=time.starts_at, ends_at=time.ends_at)
        for each in schedules
        for time in moving.on_call_times(each, span).get(user, ())
    ]
    return sorted(found, key=lambda one: (one.starts_at, one.schedule))
