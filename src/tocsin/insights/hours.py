"""Hours on call as pieces that can be added up: who, which schedule, which kind of hour. Pure (ONC-7).

A person's hours in two schedules at once count once, for the schedule that comes first by name. A piece lies in one
day and on one side of the night's edges, by the person's own clock; its length is real time, whatever the clock does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from msgspec import structs

from tocsin.catalog.working_time import DailyHours
from tocsin.insights.model import Duty, Piece
from tocsin.kernel.localtime import DAY, instant_of, local_of, reached
from tocsin.oncall import rotation
from tocsin.oncall.model import Schedule

SATURDAY = 5

HolidayOf = Callable[[str, date], str]
"""The name of the public holiday of a schedule on a day; empty: it is none."""


def list_duties(schedule: Schedule, since: datetime, until: datetime) -> list[Duty]:
    """Everybody's time on call within [since, until), as the schedule says; those who only shadow are not on call."""
    found = [
        Duty(user=user, schedule=schedule.name, starts_at=shift.starts_at, ends_at=shift.ends_at)
        for shift in rotation.shifts(schedule, since, until)
        for user in shift.users
    ]
    return join_duties(found)


def join_duties(duties: Iterable[Duty]) -> list[Duty]:
    """Duties of one person in one schedule that touch or overlap are one; by schedule, person and begin."""
    joined: list[Duty] = []
    for duty in sorted(duties, key=lambda each: (each.schedule, each.user, each.starts_at, each.ends_at)):
        last = joined[-1] if joined else None
        if last and (last.schedule, last.user) == (duty.schedule, duty.user) and duty.starts_at <= last.ends_at:
            joined[-1] = structs.replace(last, ends_at=max(last.ends_at, duty.ends_at))
        else:
            joined.append(duty)
    return joined


def clip(duties: Iterable[Duty], since: datetime, until: datetime) -> list[Duty]:
    """What of them lies within [since, until)."""
    return [
        structs.replace(duty, starts_at=max(duty.starts_at, since), ends_at=min(duty.ends_at, until))
        for duty in duties
        if duty.starts_at < until and since < duty.ends_at
    ]


def list_pieces(
    duties: Sequence[Duty], zones: Mapping[str, ZoneInfo], night: DailyHours, holiday_of: HolidayOf
) -> list[Piece]:
    """The hours of all of them, each counted once, by person and begin. `zones` has every person."""
    of_person: dict[str, list[Duty]] = {}
    for duty in duties:
        of_person.setdefault(duty.user, []).append(duty)
    return [
        piece
        for user in sorted(of_person)
        for duty in _counted_once(of_person[user])
        for piece in _cut(duty, zones[user], night, holiday_of)
    ]


def night_of(at: datetime, zone: ZoneInfo, night: DailyHours) -> date | None:
    """The evening on which the night began that an instant lies in, by the clock of a zone; None: it is day."""
    local = reached(at, zone)
    if not night.contains(local.time()):
        return None
    began_yesterday = night.begin >= night.to and local.time() < night.begin
    return local.date() - DAY if began_yesterday else local.date()


def end_of_night(evening: date, zone: ZoneInfo, night: DailyHours) -> datetime:
    """The instant at which the night of an evening is over."""
    day = evening + DAY if night.begin >= night.to else evening
    return instant_of(datetime.combine(day, night.to), zone)


def _counted_once(duties: Sequence[Duty]) -> Iterator[Duty]:
    edges = sorted({edge for duty in duties for edge in (duty.starts_at, duty.ends_at)})
    for starts_at, ends_at in pairwise(edges):
        covering = [duty for duty in duties if duty.starts_at <= starts_at and ends_at <= duty.ends_at]
        if covering:
            first = min(covering, key=lambda each: each.schedule)
            yield structs.replace(first, starts_at=starts_at, ends_at=ends_at)


def _cut(duty: Duty, zone: ZoneInfo, night: DailyHours, holiday_of: HolidayOf) -> Iterator[Piece]:
    for starts_at, ends_at in pairwise(_edges(duty, zone, night)):
        day = reached(starts_at, zone).date()
        yield Piece(
            user=duty.user,
            schedule=duty.schedule,
            starts_at=starts_at,
            ends_at=ends_at,
            day=day,
            night=night_of(starts_at, zone, night),
            is_weekend=day.weekday() >= SATURDAY,
            holiday=holiday_of(duty.schedule, day),
        )


def _edges(duty: Duty, zone: ZoneInfo, night: DailyHours) -> list[datetime]:
    """The instants at which the kind of hour may change, and both ends."""
    edges = {duty.starts_at, duty.ends_at}
    day, last = local_of(duty.starts_at, zone).date(), local_of(duty.ends_at, zone).date()
    while day <= last:
        for at in (time(), night.begin, night.to):
            edge = instant_of(datetime.combine(day, at), zone)
            if duty.starts_at < edge < duty.ends_at:
                edges.add(edge)
        day += DAY
    return sorted(edges)
