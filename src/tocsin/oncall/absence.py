"""Leave as values, and which shifts it touches. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from tocsin.oncall import moving
from tocsin.oncall.model import Schedule
from tocsin.oncall.moving import Interval

OF_PERSON = "person"
"""The source of leave that somebody has typed; others are `calendar:<name>`."""


class LeaveDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says about an absence."""

    user: str
    starts_at: Annotated[datetime, Meta(tz=True)]
    ends_at: Annotated[datetime, Meta(tz=True)]
    reason: str = ""


class Leave(msgspec.Struct, frozen=True, kw_only=True):
    """When somebody cannot be on call: [starts_at, ends_at). `source` is `person` or `calendar:<name>`."""

    id: int
    user: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    source: str
    entered_by: str


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """A time at which somebody who is away is on call."""

    schedule: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime


def touched_shifts(schedules: Sequence[Schedule], user: str, span: Interval) -> list[Touched]:
    """When somebody is on call within a span, in the order in which it comes."""
    found = [
        Touched(schedule=each.name, time_zone=each.time_zone, starts_at=time.starts_at, ends_at=time.ends_at)
        for each in schedules
        for time in moving.on_call_times(each, span).get(user, ())
    ]
    return sorted(found, key=lambda one: (one.starts_at, one.schedule))
