"""What this package knows and answers, as values: they cost a surface nothing to import. No IO, no clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from operator import add, sub
from typing import NamedTuple

from msgspec import Struct

from tocsin.catalog.working_time import DailyHours
from tocsin.insights.period import Period

NOTHING = timedelta()
CENT = Decimal("0.01")


class Duty(Struct, frozen=True, kw_only=True):
    """One person on call in one schedule without a break, [starts_at, ends_at)."""

    user: str
    schedule: str
    starts_at: datetime
    ends_at: datetime


class Piece(Struct, frozen=True, kw_only=True):
    """A part of a duty whose hours are all of one kind. `holiday` is its name, empty: the day is none.

    `night` is the evening on which the night began that it lies in, None: it lies in none.
    """

    user: str
    schedule: str
    starts_at: datetime
    ends_at: datetime
    day: date
    night: date | None
    is_weekend: bool
    holiday: str

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at


class Call(Struct, frozen=True, kw_only=True):
    """A page of high urgency that left for somebody. `first_at` is that person's first one about this incident.

    `answered_at`: when the incident was taken after this page, by whomever; None: not yet, or never.
    `awake_until`: when it was over for this person – taken by somebody else, or, if they took it, resolved; None: it
    is not over yet. `incident` is its name, empty: the reader may not see it.
    """

    page_id: int
    user: str
    at: datetime
    first_at: datetime
    incident_id: int
    incident: str
    schedule: str
    answered_at: datetime | None
    awake_until: datetime | None


class Awake(Struct, frozen=True, kw_only=True):
    """A time at night during which a page kept somebody up, [starts_at, ends_at)."""

    starts_at: datetime
    ends_at: datetime
    incidents: tuple[str, ...]

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at


class Night(Struct, frozen=True, kw_only=True):
    """A night in which somebody was on call, by its evening, and the first moment of it at which they were."""

    evening: date
    starts_at: datetime


class Records(Struct, frozen=True, kw_only=True):
    """What the figures of one person add up from."""

    pieces: tuple[Piece, ...] = ()
    shifts: tuple[Duty, ...] = ()
    nights: tuple[Night, ...] = ()
    pages: tuple[Call, ...] = ()
    night_pages: tuple[Call, ...] = ()
    incidents: tuple[Call, ...] = ()
    in_time: tuple[Call, ...] = ()
    decided: tuple[Call, ...] = ()
    awake: tuple[Awake, ...] = ()


class Figures(Struct, frozen=True, kw_only=True):
    """The table's row. `in_time` of `decided` pages were acknowledged within 15 minutes; a younger one is undecided."""

    hours: timedelta = NOTHING
    night_hours: timedelta = NOTHING
    weekend_hours: timedelta = NOTHING
    holiday_hours: timedelta = NOTHING
    shifts: int = 0
    nights: int = 0
    pages: int = 0
    night_pages: int = 0
    incidents: int = 0
    in_time: int = 0
    decided: int = 0
    awake: timedelta = NOTHING

    def __add__(self, other: Figures) -> Figures:
        return Figures(**{name: getattr(self, name) + getattr(other, name) for name in self.__struct_fields__})


class Measures(NamedTuple):
    """What is evened out, of one person or what is uneven of it among several: hours, nights, and hours."""

    hours: float
    nights: float
    weekend_hours: float
    holiday_hours: float

    def plus(self, other: Measures) -> Measures:
        return Measures(*map(add, self, other))

    def less(self, other: Measures) -> Measures:
        return Measures(*map(sub, self, other))


class Pass(Struct, frozen=True, kw_only=True):
    """A turn goes from one person to another."""

    starts_at: datetime
    ends_at: datetime
    giver: str
    taker: str


class Step(Struct, frozen=True, kw_only=True):
    """One turn that is passed on, or two that are exchanged, and what is uneven afterwards."""

    passes: tuple[Pass, ...]
    uneven: Measures


class Proposal(Struct, frozen=True, kw_only=True):
    """Of one schedule: its people's shares before and after the steps, and what is uneven before the first."""

    schedule: str
    before: dict[str, Measures]
    after: dict[str, Measures]
    uneven: Measures
    steps: tuple[Step, ...]


class Row(Struct, frozen=True, kw_only=True):
    """One line: so much of something, what one of it is worth, and the amount. Days off have no rate and no amount.

    `unit` is hour, page or day. Hours are exact to the second, and shown to a hundredth.
    """

    user: str
    what: str
    quantity: Decimal
    unit: str
    rate: Decimal | None = None
    amount: Decimal | None = None


class Woken(Struct, frozen=True, kw_only=True):
    """Somebody was paged in the last night, first `at`. `night` is its evening, `time_zone` the person's own.

    From `tell_at` on they and their leads are told; they count as woken `until` the next evening.
    """

    user: str
    at: datetime
    pages: int
    night: date
    time_zone: str
    tell_at: datetime
    until: datetime


class Asked(Struct, frozen=True, kw_only=True):
    """What a table is to show. `month` as "2026-11", `first` and `last` as days; none of them: this month."""

    schedule: str | None = None
    team: str | None = None
    month: str | None = None
    first: str | None = None
    last: str | None = None


class PersonLoad(Struct, frozen=True, kw_only=True):
    """One row: what was served and what is planned, their sum, and the records that each figure adds up from."""

    user: str
    display_name: str
    time_zone: str
    served: Figures
    planned: Figures
    total: Figures
    records: Records


class LoadTable(Struct, frozen=True, kw_only=True):
    """The people whom the reader may see and who have any load, by name.

    `known_since`: before it no schedule was recorded, so no hours are counted; None: none has been yet. `is_paid`: the
    organisation has rules of compensation. `woken` are those of them who were paged last night.
    """

    period: Period
    now: datetime
    night: DailyHours
    known_since: datetime | None
    people: tuple[PersonLoad, ...]
    total: Figures
    schedules: tuple[str, ...]
    is_paid: bool
    woken: tuple[Woken, ...]


class Proposals(Struct, frozen=True, kw_only=True):
    """How the weeks ahead could be shared better, schedule by schedule: each goes on from what those before it
    propose. `left_out` are schedules with people whose load the reader may not see.
    """

    since: datetime
    until: datetime
    weeks: int
    proposals: tuple[Proposal, ...]
    left_out: tuple[str, ...]


class Pay(Struct, frozen=True, kw_only=True):
    """What was served within a time and what it is worth: rows by person, and their sum. `names` are display names.

    `until` is the end of what was served: what is still to come is not paid.
    """

    period: Period
    until: datetime
    currency: str
    rows: tuple[Row, ...]
    total: Decimal
    names: dict[str, str]
