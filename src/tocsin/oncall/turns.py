"""Turns of a rotation on the wall clock: which one a local time falls in, and from when until when it lasts. Pure.

Hand-overs are numbered in the order of time; a turn is so many of them (`every`), counted from the last one at or
before the begin of the layer.
"""

from __future__ import annotations

import calendar
from bisect import bisect_right
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, Protocol

from tocsin.kernel.errors import Invalid
from tocsin.oncall.model import LAST, Handover, Layer, Rotation
from tocsin.oncall.recurrence import Occurrences, occurrences_of

DAY = timedelta(days=1)
A_MONDAY = datetime(1970, 1, 5)  # noqa: DTZ001 - local
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", LAST: "last"}


class Turn(NamedTuple):
    """The turn of a number, from 0: [begins, ends) in local time; None: it never ends."""

    number: int
    begins: datetime
    ends: datetime | None


class Beat(Protocol):
    """The hand-overs of a rotation, numbered."""

    def count(self, local: datetime) -> int:
        """The number of the last one at or before a local time."""
        ...

    def span(self, number: int, every: int) -> tuple[datetime, datetime | None]:
        """When the hand-over of a number is, and when the `every`-th after it; None: there are not so many."""
        ...


class Cycle(NamedTuple):
    """Hand-overs at the same offsets of each stretch of one length: of days, of weeks, of a length of its own."""

    origin: datetime
    length: timedelta
    offsets: tuple[timedelta, ...]

    def count(self, local: datetime) -> int:
        whole, rest = divmod(local - self.origin, self.length)
        return whole * len(self.offsets) + bisect_right(self.offsets, rest) - 1

    def span(self, number: int, every: int) -> tuple[datetime, datetime]:
        begins = self._moment(number)
        return begins, begins + every * self.length if len(self.offsets) == 1 else self._moment(number + every)

    def _moment(self, number: int) -> datetime:
        whole, place = divmod(number, len(self.offsets))
        return self.origin + whole * self.length + self.offsets[place]


class Months(NamedTuple):
    """Hand-overs on days or weekdays of each month."""

    handovers: tuple[Handover, ...]

    def count(self, local: datetime) -> int:
        month = local.year * 12 + local.month - 1
        return month * len(self.handovers) + bisect_right(in_month(self.handovers, month), local) - 1

    def span(self, number: int, every: int) -> tuple[datetime, datetime]:
        return self._moment(number), self._moment(number + every)

    def _moment(self, number: int) -> datetime:
        month, place = divmod(number, len(self.handovers))
        return in_month(self.handovers, month)[place]


class Ruled(NamedTuple):
    """Hand-overs of a recurrence rule; number 0 is the begin of the layer."""

    starts: datetime
    occurrences: Occurrences

    def count(self, local: datetime) -> int:
        return self.occurrences.count(local)

    def span(self, number: int, every: int) -> tuple[datetime, datetime | None]:
        begins = self.occurrences.at(number - 1) if number > 0 else None
        return begins or self.starts, self.occurrences.at(number + every - 1)


def turn_at(layer: Layer, local: datetime) -> Turn:
    """The turn of a local time at or after the layer's begin."""
    beat, first = beat_of(layer)
    number = (beat.count(local) - first) // layer.every
    begins, ends = beat.span(first + number * layer.every, layer.every)
    return Turn(number, max(begins, layer.starts), ends)


@lru_cache(maxsize=8192)
def beat_of(layer: Layer) -> tuple[Beat, int]:
    """The hand-overs of a layer, and the number of the last one at or before its begin."""
    beat = _beat(layer)
    return beat, beat.count(layer.starts)


def _beat(layer: Layer) -> Beat:
    starts = layer.starts
    handovers = layer.handovers or (Handover(at=starts.time(), weekday=starts.weekday(), day=starts.day),)
    match layer.rotation:
        case Rotation.DAILY:
            return Cycle(A_MONDAY, DAY, tuple(sorted(_since_midnight(each.at) for each in handovers)))
        case Rotation.WEEKLY:
            offsets = (_since_midnight(each.at) + (each.weekday or 0) * DAY for each in handovers)
            return Cycle(A_MONDAY, 7 * DAY, tuple(sorted(offsets)))
        case Rotation.MONTHLY:
            return Months(handovers)
        case Rotation.RRULE:
            return Ruled(starts, occurrences_of(layer.rrule or "", starts))
        case Rotation.CUSTOM | Rotation.CALENDAR:
            return Cycle(starts, layer.length or DAY, (timedelta(),))


@lru_cache(maxsize=4096)
def in_month(handovers: tuple[Handover, ...], month: int) -> tuple[datetime, ...]:
    """The hand-overs of a month (year × 12 + month − 1), ascending."""
    year, place = divmod(month, 12)
    return tuple(sorted(datetime.combine(_day_in_month(each, year, place + 1), each.at) for each in handovers))


def _day_in_month(handover: Handover, year: int, month: int) -> date:
    first_weekday, days = calendar.monthrange(year, month)
    if handover.nth is None:
        return date(year, month, min(handover.day or 1, days))
    first = (handover.weekday or 0) - first_weekday
    first = first % 7 + 1
    if handover.nth == LAST:
        return date(year, month, first + (days - first) // 7 * 7)
    return date(year, month, first + (handover.nth - 1) * 7)


def check_handovers(rotation: Rotation, handovers: tuple[Handover, ...]) -> None:
    """Raises Invalid when two hand-overs ever fall together: a turn of no length would skip somebody."""
    if rotation is Rotation.MONTHLY:  # 28 years have every month with every first weekday
        stretches = [in_month(handovers, month) for month in range(2024 * 12, 2052 * 12)]
    else:
        stretches = [tuple(sorted(datetime.combine(A_MONDAY + (h.weekday or 0) * DAY, h.at) for h in handovers))]
    for one, following in (pair for stretch in stretches for pair in pairwise(stretch)):
        if one == following:
            when = f"in {one:%B %Y}" if rotation is Rotation.MONTHLY else "in each turn"
            raise Invalid(f"Two hand-overs fall together {when}.", "Let them be apart.", field="handover")


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
