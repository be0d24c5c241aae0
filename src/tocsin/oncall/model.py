"""Schedules as values: layers of rotations, overrides, and the answers to who is on call. No IO, no clock.

Field names are the keys of the configuration file. A rotation is a row of turns that follow one another on the
wall clock of the schedule's zone; a turn is held by nobody, one or several people.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from tocsin.kernel.localtime import Hours


class Rotation(StrEnum):
    """How long a turn lasts: so many days, weeks or months (`every`), or a length of its own."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    CUSTOM = "custom"


class Handover(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When a turn passes to the next: a local time, on a weekday (0 is Monday) or on a day of the month.

    A day that a month does not have means its last day.
    """

    at: time
    weekday: Annotated[int, Meta(ge=0, le=6)] | None = None
    day: Annotated[int, Meta(ge=1, le=31)] | None = None


class Layer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rotation. `starts` and `ends` are local, naive; the first turn begins at `starts` and lasts until the first
    hand-over after it. `restrict` empty means round the clock. `length` belongs to `custom`, `handover` to the others.
    """

    name: str
    rotation: Rotation
    starts: Annotated[datetime, Meta(tz=False)]
    users: Annotated[tuple[tuple[str, ...], ...], Meta(min_length=1)]
    handover: Handover | None = None
    every: Annotated[int, Meta(ge=1)] = 1
    length: timedelta | None = None
    ends: Annotated[datetime, Meta(tz=False)] | None = None
    restrict: tuple[Hours, ...] = ()


class Part(StrEnum):
    """How an override stands to whoever is on call anyway: instead of them, beside them, or shown and not paged."""

    INSTEAD = "instead"
    BESIDE = "beside"
    SHADOW = "shadow"


class Override(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody takes over a schedule from one instant to another; it beats every layer.

    `layer` narrows it to what this layer says, `instead_of` to what this person holds: everybody else stays. `reason`
    is as typed. `swap_id`: it comes from a swap that both sides agreed to, and no proposal moves it.
    """

    user: str
    starts_at: Annotated[datetime, Meta(tz=True)]
    ends_at: Annotated[datetime, Meta(tz=True)]
    id: int | None = None
    created_by: str = ""
    managed_by: str | None = None
    part: Part = Part.INSTEAD
    layer: str | None = None
    instead_of: str | None = None
    reason: str = ""
    swap_id: int | None = None


class Schedule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Layers and overrides in ascending precedence: a later one covers an earlier one where it has somebody."""

    name: str
    time_zone: str
    layers: tuple[Layer, ...]
    overrides: tuple[Override, ...] = ()
    team: str | None = None
    managed_by: str | None = None


class Source(StrEnum):
    """What put these people on call."""

    LAYER = "layer"
    OVERRIDE = "override"
    NOBODY = "nobody"


class OnCall(msgspec.Struct, frozen=True, kw_only=True):
    """Who is on call in a schedule at an instant and why. `users` empty: nobody.

    `since` and `until` bound the time for which this very answer holds, None: without a bound.
    """

    schedule: str
    at: datetime
    users: tuple[str, ...]
    source: Source
    reason: str
    layer: str | None
    since: datetime | None
    until: datetime | None


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """The same people without a break, [starts_at, ends_at). `users` empty: a gap."""

    users: tuple[str, ...]
    source: Source
    layer: str | None
    starts_at: datetime
    ends_at: datetime


class ScheduleOnCall(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list of who is on call: now, and the next people who take over; None: nobody does soon."""

    schedule: str
    team: str | None
    time_zone: str
    on_call: OnCall
    next: Shift | None
