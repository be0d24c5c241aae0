"""Who is on call at an instant, and the shifts of a time: pure and exact to the second (ONC-1, ONC-2).

Turns are counted on the wall clock of the schedule's zone, so a hand-over at Monday 09:00 stays at 09:00 whatever
the zone does; what a doubtful local time means is the one rule of ``kernel.localtime``.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tocsin.kernel.localtime import WEEKDAYS, instant_of, reached, stretch_at, zone_of
from tocsin.oncall.model import Layer, OnCall, Override, Rotation, Schedule, Shift, Source

DAY = timedelta(days=1)
NOBODY: tuple[str, ...] = ()


class Holding(NamedTuple):
    """What one layer (in naive local times) or the overrides (in instants) say, and for how long they say it."""

    users: tuple[str, ...]
    since: datetime | None
    until: datetime | None


class Held(NamedTuple):
    """What the whole schedule says at an instant, and for how long."""

    users: tuple[str, ...]
    source: Source
    layer: str | None
    since: datetime | None
    until: datetime | None


def who_is_on_call(schedule: Schedule, at: datetime) -> OnCall:
    """The answer at an instant, with its reason."""
    zone = zone_of(schedule.time_zone)
    held = holder_at(schedule, zone, at)
    return OnCall(
        schedule=schedule.name,
        at=at,
        users=held.users,
        source=held.source,
        reason=_reason(schedule, zone, held),
        layer=held.layer,
        since=held.since,
        until=held.until,
    )


def shifts(schedule: Schedule, starts_at: datetime, ends_at: datetime) -> list[Shift]:
    """The whole of [starts_at, ends_at) in order, gaps included; neighbours with the same people are one shift."""
    return list(iterate_shifts(schedule, starts_at, ends_at))


def gaps(schedule: Schedule, starts_at: datetime, ends_at: datetime) -> list[Shift]:
    """The times within [starts_at, ends_at) at which nobody is on call."""
    return [shift for shift in shifts(schedule, starts_at, ends_at) if not shift.users]


def next_shift(schedule: Schedule, at: datetime, before: datetime) -> Shift | None:
    """The next people who take over after those of an instant; None: nobody does before the other instant."""
    following = islice(iterate_shifts(schedule, at, before), 1, None)
    return next((shift for shift in following if shift.users), None)


def iterate_shifts(schedule: Schedule, starts_at: datetime, ends_at: datetime) -> Iterator[Shift]:
    """The shifts of [starts_at, ends_at), one after the other as they are asked for."""
    zone = zone_of(schedule.time_zone)
    at = begins = starts_at
    current = holder_at(schedule, zone, at) if at < ends_at else None
    while current is not None:
        users, source, layer, _, until = current
        at = min(until or ends_at, ends_at)
        current = holder_at(schedule, zone, at) if at < ends_at else None
        if current is None or current[:3] != (users, source, layer):
            yield Shift(users=users, source=source, layer=layer, starts_at=begins, ends_at=at)
            begins = at


def holder_at(schedule: Schedule, zone: ZoneInfo, at: datetime) -> Held:
    """The last override that covers an instant, else the last layer that has somebody, else nobody."""
    override = override_at(schedule.overrides, at)
    if override.users:
        return Held(override.users, Source.OVERRIDE, None, override.since, override.until)
    local = reached(at, zone)
    since: datetime | None = None
    until: datetime | None = None
    users, source, name = NOBODY, Source.NOBODY, None
    for layer in reversed(schedule.layers):
        held = layer_at(layer, local)
        since, until = _later(since, held.since), _earlier(until, held.until)
        if held.users:
            users, source, name = held.users, Source.LAYER, layer.name
            break
    return Held(
        users,
        source,
        name,
        _later(override.since, instant_of(since, zone) if since is not None else None),
        _earlier(override.until, instant_of(until, zone) if until is not None else None),
    )


def override_at(overrides: Sequence[Override], at: datetime) -> Holding:
    """The last override that covers an instant; without one, the time that is free of overrides."""
    since: datetime | None = None
    until: datetime | None = None
    for one in reversed(overrides):
        if one.starts_at <= at < one.ends_at:
            return Holding((one.user,), _later(since, one.starts_at), _earlier(until, one.ends_at))
        if one.ends_at <= at:
            since = _later(since, one.ends_at)
        elif one.starts_at < one.ends_at:
            until = _earlier(until, one.starts_at)
    return Holding(NOBODY, since, until)


def layer_at(layer: Layer, local: datetime) -> Holding:
    """Who holds a layer when its clock has reached a local time: its turn, within its restricted hours."""
    if local < layer.starts:
        return Holding(NOBODY, None, layer.starts)
    if layer.ends is not None and local >= layer.ends:
        return Holding(NOBODY, max(layer.starts, layer.ends), None)
    turn = turn_at(layer, local)
    until = _earlier(turn.until, layer.ends)
    if not layer.restrict:
        return Holding(turn.users, turn.since, until)
    hours = stretch_at(layer.restrict, local)
    users = turn.users if hours.inside else NOBODY
    return Holding(users, _later(turn.since, hours.since), _earlier(until, hours.until))


def turn_at(layer: Layer, local: datetime) -> Holding:
    """Whose turn it is, from hand-over to hand-over; a layer that one person holds has one endless turn."""
    if len(layer.users) == 1:
        return Holding(layer.users[0], layer.starts, None)
    first = first_handover(layer)
    if layer.rotation is Rotation.MONTHLY:
        day = (layer.handover.day if layer.handover is not None else None) or first.day
        months = (local.year - first.year) * 12 + local.month - first.month
        number = months // layer.every
        if local < _in_month(first, number * layer.every, day):
            number -= 1
        begins = _in_month(first, number * layer.every, day)
        ends = _in_month(first, (number + 1) * layer.every, day)
    else:
        length = turn_length(layer)
        number = (local - first) // length
        begins = first + number * length
        ends = begins + length
    return Holding(layer.users[number % len(layer.users)], max(begins, layer.starts), ends)


def first_handover(layer: Layer) -> datetime:
    """The local time of hand-over number 0: the last one at or before `starts`."""
    hand, starts = layer.handover, layer.starts
    if hand is None:
        return starts
    day = starts.date()
    if layer.rotation is Rotation.WEEKLY and hand.weekday is not None:
        day -= DAY * ((day.weekday() - hand.weekday) % 7)
    first = datetime.combine(day, hand.at)
    if layer.rotation is Rotation.MONTHLY:
        first = _in_month(first, 0, hand.day or 1)
        return first if first <= starts else _in_month(first, -1, hand.day or 1)
    period = 7 * DAY if layer.rotation is Rotation.WEEKLY else DAY
    return first if first <= starts else first - period


def turn_length(layer: Layer) -> timedelta:
    """How long a turn of days or weeks, or of a length of its own, lasts on the wall clock."""
    if layer.rotation is Rotation.CUSTOM:
        return layer.length or DAY
    return layer.every * (7 * DAY if layer.rotation is Rotation.WEEKLY else DAY)


def _in_month(first: datetime, months: int, day: int) -> datetime:
    count = first.year * 12 + first.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return first.replace(year=year, month=month, day=min(day, calendar.monthrange(year, month)[1]))


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return other if one is None else one if other is None else min(one, other)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return other if one is None else one if other is None else max(one, other)


def _reason(schedule: Schedule, zone: ZoneInfo, held: Held) -> str:
    """`on call in payments-primary (layer week) until Mon 2026-01-12 09:00 CET`."""
    end = f" until {_shown(held.until, zone)}" if held.until is not None else ""
    match held.source:
        case Source.OVERRIDE:
            return f"on call in {schedule.name} (override){end}"
        case Source.LAYER:
            return f"on call in {schedule.name} (layer {held.layer}){end}"
        case Source.NOBODY:
            return f"nobody is on call in {schedule.name}{end}"


def _shown(at: datetime, zone: ZoneInfo) -> str:
    """`Mon 2026-01-12 09:00 CET`: the schedule's own clock, as its people read it."""
    local = at.astimezone(zone)
    seconds = f":{local.second:02}" if local.second else ""
    day = f"{WEEKDAYS[local.weekday()][:3]} {local.year}-{local.month:02}-{local.day:02}"
    return f"{day} {local.hour:02}:{local.minute:02}{seconds} {local.tzname()}"
