"""Who is on call for how long, as stretches of time: what the rules of the checker count with. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tocsin.catalog.oncall_limits import Limits, in_force
from tocsin.kernel.localtime import local_of, zone_of
from tocsin.oncall.findings import Facts
from tocsin.oncall.model import Schedule, Shift
from tocsin.oncall.rotation import shifts

BREAK = timedelta(hours=24)
"""A shorter pause ends no stretch of days in a row; one with no more than this on end needs no days off after it."""


class Span(NamedTuple):
    """[starts_at, ends_at)."""

    starts_at: datetime
    ends_at: datetime


class Look(NamedTuple):
    """The time that is looked at. `back` is how far before it shifts are known, for what began earlier."""

    since: datetime
    until: datetime
    back: timedelta = timedelta()


class Stretch(NamedTuple):
    """Time on call without a longer break, in instants and on the wall clock; `on_end` is the longest of it without
    any break."""

    span: Span
    begins: datetime
    ends: datetime
    on_end: timedelta

    @property
    def length(self) -> timedelta:
        """On the wall clock: a week from hand-over to hand-over has seven days, whatever the zone does meanwhile."""
        return self.ends - self.begins


class Roster(NamedTuple):
    """A schedule's shifts in and before the time looked at, and the time of each person in it, in order."""

    schedule: Schedule
    zone: ZoneInfo
    limits: Limits
    shifts: list[Shift]
    people: dict[str, list[Span]]


def roster_of(schedule: Schedule, facts: Facts, look: Look) -> Roster:
    """The one place where the checker asks the rotation."""
    found = shifts(schedule, look.since - look.back, look.until)
    limits = in_force(facts.limits, schedule.limits)
    return Roster(schedule, zone_of(schedule.time_zone), limits, found, people_of(found))


def people_of(found: Iterable[Shift]) -> dict[str, list[Span]]:
    """Each person's time on call: shifts that touch are one."""
    people: dict[str, list[Span]] = {}
    for shift in found:
        for user in shift.users:
            spans = people.setdefault(user, [])
            if spans and spans[-1].ends_at == shift.starts_at:
                spans[-1] = Span(spans[-1].starts_at, shift.ends_at)
            else:
                spans.append(Span(shift.starts_at, shift.ends_at))
    return people


def spells(
    found: Iterable[Shift], named_by: Callable[[Shift], tuple[str, ...] | None]
) -> Iterator[tuple[Span, tuple[str, ...]]]:
    """Neighbouring shifts of which the same is said, as one; None: nothing is."""
    for names, group in groupby(found, named_by):
        if names is not None:
            alike = list(group)
            yield Span(alike[0].starts_at, alike[-1].ends_at), names


def within(spans: Iterable[Span], look: Look) -> Iterator[Span]:
    """The parts of the spans that lie in the time looked at."""
    for span in spans:
        if span.ends_at > look.since and span.starts_at < look.until:
            yield Span(max(span.starts_at, look.since), min(span.ends_at, look.until))


def common(one: Sequence[Span], other: Sequence[Span]) -> Iterator[Span]:
    """The time that both have; each is in order and without overlap."""
    first = second = 0
    while first < len(one) and second < len(other):
        starts_at = max(one[first].starts_at, other[second].starts_at)
        ends_at = min(one[first].ends_at, other[second].ends_at)
        if starts_at < ends_at:
            yield Span(starts_at, ends_at)
        if one[first].ends_at <= other[second].ends_at:
            first += 1
        else:
            second += 1


def merged(spans: Iterable[Span]) -> list[Span]:
    """In order, without overlap, neighbours as one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.starts_at <= found[-1].ends_at:
            found[-1] = Span(found[-1].starts_at, max(found[-1].ends_at, span.ends_at))
        else:
            found.append(span)
    return found


def touches(spans: Sequence[Span], span: Span) -> bool:
    """Whether any of the spans, in order and without overlap, has time within the other one."""
    after = bisect_right(spans, span.starts_at, key=attrgetter("ends_at"))
    return after < len(spans) and spans[after].starts_at < span.ends_at


def stretches(spans: Iterable[Span], zone: ZoneInfo) -> list[Stretch]:
    """The spans joined over every break that is shorter than `BREAK`."""
    found: list[Stretch] = []
    for span in spans:
        begins, ends = local_of(span.starts_at, zone), local_of(span.ends_at, zone)
        if found and begins - found[-1].ends < BREAK:
            last = found[-1]
            on_end = max(last.on_end, ends - begins)
            found[-1] = Stretch(Span(last.span.starts_at, span.ends_at), last.begins, ends, on_end)
        else:
            found.append(Stretch(span, begins, ends, ends - begins))
    return found
