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

from tocsin.catalog.oncall_limits import Limits
from tocsin.kernel.localtime import Hours

RESERVED_NAMES = frozenset(
    (
        *("calendar", "check", "compensation", "compensation.csv", "feeds", "gaps", "leave", "load", "load.csv"),
        *("overrides", "reachability"),
    )
)
"""What no schedule may be called: a page or an answer that speaks of all of them has this address."""


class Rotation(StrEnum):
    """What ends a turn: days, weeks or months (`every`), a length of its own, a recurrence rule – or it has no turns,
    since its shifts come from a calendar.
    """

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    CUSTOM = "custom"
    RRULE = "rrule"
    CALENDAR = "calendar"


class OnHolidays(StrEnum):
    """What the public holidays of the schedule are to a layer."""

    ANY = "any"
    ONLY = "only"
    EXCEPT = "except"


LAST = -1
SINCE_EVER = datetime(1970, 1, 1)  # noqa: DTZ001 - local, as every time of a layer


class Handover(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When a turn passes to the next: a local time; of a weekly rotation on a weekday (0 is Monday), of a monthly one
    on a day – one that a month does not have means its last – or on the `nth` such weekday, -1 for the last.
    """

    at: time
    weekday: Annotated[int, Meta(ge=0, le=6)] | None = None
    day: Annotated[int, Meta(ge=1, le=31)] | None = None
    nth: Annotated[int, Meta(ge=LAST, le=4)] | None = None


class Member(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """From when until when somebody named in `users` takes part: local times, None without a bound."""

    user: str
    since: Annotated[datetime, Meta(tz=False)] | None = None
    until: Annotated[datetime, Meta(tz=False)] | None = None


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A shift out of a calendar: [starts_at, ends_at)."""

    user: str
    starts_at: Annotated[datetime, Meta(tz=True)]
    ends_at: Annotated[datetime, Meta(tz=True)]


class Layer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rotation. Its times are local and naive, in `time_zone` or else in the zone of the schedule.

    The first turn begins at `starts` and lasts until the first hand-over after it; from then on each `every`-th
    hand-over begins one. `length` belongs to `custom`, `rrule` (RFC 5545, the hand-overs; its DTSTART is `starts`) to
    `rrule`, `calendar` and the `events` read from it to `calendar`, `handover` to the others. `restrict` empty means
    round the clock. People of an `additive` layer are on call beside those of the layers before it, not instead of
    them; those of a `shadow` layer are shown and not paged.
    """

    name: str
    rotation: Rotation
    starts: Annotated[datetime, Meta(tz=False)] = SINCE_EVER
    users: tuple[tuple[str, ...], ...] = ()
    handover: Handover | tuple[Handover, ...] | None = None
    every: Annotated[int, Meta(ge=1)] = 1
    length: timedelta | None = None
    rrule: str | None = None
    calendar: str | None = None
    events: tuple[Window, ...] = ()
    ends: Annotated[datetime, Meta(tz=False)] | None = None
    time_zone: str | None = None
    members: tuple[Member, ...] = ()
    restrict: tuple[Hours, ...] = ()
    on_holidays: OnHolidays = OnHolidays.ANY
    additive: bool = False
    shadow: bool = False

    @property
    def handovers(self) -> tuple[Handover, ...]:
        """One, or several of a week or month; () of a rotation that has none."""
        if self.handover is None:
            return ()
        return self.handover if isinstance(self.handover, tuple) else (self.handover,)


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

    @property
    def takes_all(self) -> bool:
        """It takes the place of everybody in its scope, the schedule or one layer."""
        return self.instead_of is None and self.part is Part.INSTEAD


class Schedule(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Layers and overrides in ascending precedence: a later one covers an earlier one where it has somebody.

    `holidays` is a country or a part of one (`DE-BE`), whose public holidays the layers know.
    """

    name: str
    time_zone: str
    layers: tuple[Layer, ...]
    overrides: tuple[Override, ...] = ()
    team: str | None = None
    holidays: str | None = None
    limits: Limits = Limits()
    managed_by: str | None = None

    @property
    def may_have_gaps(self) -> bool:
        """Whether its limits say that nobody on call is meant."""
        return self.limits.gaps is True

    @property
    def plain(self) -> Schedule:
        """Without what the store has put into its layers: the events of their calendars."""
        if not any(layer.events for layer in self.layers):
            return self
        return msgspec.structs.replace(
            self, layers=tuple(msgspec.structs.replace(layer, events=()) for layer in self.layers)
        )


class Source(StrEnum):
    """What put these people on call."""

    LAYER = "layer"
    OVERRIDE = "override"
    NOBODY = "nobody"


class OnCall(msgspec.Struct, frozen=True, kw_only=True):
    """Who is on call in a schedule at an instant and why. `users` empty: nobody; `shadows` are not paged.

    `layer` names those that have a say, as in "week + evenings". `since` and `until` bound the time for which this very
    answer holds, None: without a bound.
    """

    schedule: str
    at: datetime
    users: tuple[str, ...]
    source: Source
    reason: str
    layer: str | None
    since: datetime | None
    until: datetime | None
    shadows: tuple[str, ...] = ()


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """The same people without a break, [starts_at, ends_at). `users` empty: a gap; `shadows` are not paged."""

    users: tuple[str, ...]
    source: Source
    layer: str | None
    starts_at: datetime
    ends_at: datetime
    shadows: tuple[str, ...] = ()


class ScheduleOnCall(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list of who is on call: now, and the next people who take over; None: nobody does soon.
    `may_be_empty`: nobody on call is meant. `gap_at`: from then on nobody is, until the next take over."""

    schedule: str
    team: str | None
    time_zone: str
    on_call: OnCall
    next: Shift | None
    may_be_empty: bool
    gap_at: datetime | None = None
