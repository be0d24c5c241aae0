"""Who is on call at an instant, and the shifts of a time: pure and exact to the second (ONC-1, ONC-2).

Layers are asked from the last to the first. One that has somebody covers those before it; the people of an additive
one are on call beside them. Turns are counted on the wall clock of a layer's zone, so a hand-over at Monday 09:00 stays
at 09:00 whatever the zone does; what a doubtful local time means is the one rule of ``kernel.localtime``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import dropwhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from tocsin.kernel.localtime import WEEKDAYS, zone_of
from tocsin.oncall.members import holder_at
from tocsin.oncall.model import Layer, OnCall, Rotation, Schedule, Shift, Source
from tocsin.oncall.moment import Moment
from tocsin.oncall.stretches import open_at
from tocsin.oncall.substitution import Said, Scope, scopes_of, whole_at, with_partial

NOBODY: tuple[str, ...] = ()
_EVENTS_AT_ONCE = 100
Scopes = Mapping[str | None, Scope]


class Held(NamedTuple):
    """What the whole schedule says at an instant, and for how long."""

    users: tuple[str, ...]
    shadows: tuple[str, ...]
    source: Source
    layer: str | None
    since: datetime | None
    until: datetime | None


def who_is_on_call(schedule: Schedule, at: datetime) -> OnCall:
    """The answer at an instant, with its reason."""
    scopes = scopes_of(schedule.overrides)
    held = held_at(schedule, scopes, at)
    return OnCall(
        schedule=schedule.name,
        at=at,
        users=held.users,
        source=held.source,
        reason=_reason(schedule, held, _known_end(schedule, scopes, held)),
        layer=held.layer,
        since=held.since,
        until=held.until,
        shadows=held.shadows,
    )


def shifts(schedule: Schedule, starts_at: datetime, ends_at: datetime) -> list[Shift]:
    """The whole of [starts_at, ends_at) in order, gaps included; neighbours with the same people are one shift."""
    return list(iterate_shifts(schedule, starts_at, ends_at))


def gaps(schedule: Schedule, starts_at: datetime, ends_at: datetime) -> list[Shift]:
    """The times within [starts_at, ends_at) at which nobody is on call."""
    return [shift for shift in shifts(schedule, starts_at, ends_at) if not shift.users]


def next_shift(schedule: Schedule, at: datetime, before: datetime) -> Shift | None:
    """The next people who take over after those of an instant; None: nobody does before the other instant.

    A shadow that comes or goes, or another layer that says the same people, hands nothing over.
    """
    following = iterate_shifts(schedule, at, before)
    current = next(following, None)
    if current is None:
        return None
    others = dropwhile(lambda shift: shift.users == current.users, following)
    return next((shift for shift in others if shift.users), None)


def next_gap(schedule: Schedule, at: datetime, before: datetime) -> Shift | None:
    """The first time from an instant on at which nobody is on call; None: there is none before the other instant."""
    return next((shift for shift in iterate_shifts(schedule, at, before) if not shift.users), None)


def iterate_shifts(schedule: Schedule, starts_at: datetime, ends_at: datetime) -> Iterator[Shift]:
    """The shifts of [starts_at, ends_at), one after the other as they are asked for."""
    begins, current = starts_at, None
    for since, held in _stretches(schedule, starts_at, ends_at):
        if current is not None and held[:4] != current[:4]:
            yield _shift(current, begins, since)
            begins = since
        current = held
    if current is not None:
        yield _shift(current, begins, ends_at)


def _shift(held: Held, starts_at: datetime, ends_at: datetime) -> Shift:
    return Shift(
        users=held.users,
        shadows=held.shadows,
        source=held.source,
        layer=held.layer,
        starts_at=starts_at,
        ends_at=ends_at,
    )


def _stretches(schedule: Schedule, starts_at: datetime, ends_at: datetime) -> Iterator[tuple[datetime, Held]]:
    """Since when who holds it: at least once for each change in [starts_at, ends_at), in order."""
    at, width = starts_at, _width(schedule, starts_at, ends_at)
    while at < ends_at:
        until = min(at + width, ends_at)
        near = _within(schedule, at, until)
        scopes = scopes_of(near.overrides)
        while at < until:
            held = held_at(near, scopes, at)
            yield at, held
            at = min(held.until or until, until)


def _width(schedule: Schedule, starts_at: datetime, ends_at: datetime) -> timedelta:
    """What is looked at in one go: with large calendars only so long that some hundred events lie in it, for each is
    looked at for each shift."""
    events = max((len(layer.events) for layer in schedule.layers), default=0)
    pieces = events // _EVENTS_AT_ONCE + 1
    return max((ends_at - starts_at) / pieces, timedelta(days=1))


def _within(schedule: Schedule, starts_at: datetime, ends_at: datetime) -> Schedule:
    """Without the overrides and events that lie wholly outside: each is looked at for each shift."""
    layers = tuple(
        replace(layer, events=tuple(one for one in layer.events if one.starts_at < ends_at and starts_at < one.ends_at))
        if layer.events
        else layer
        for layer in schedule.layers
    )
    overrides = tuple(one for one in schedule.overrides if one.starts_at < ends_at and starts_at < one.ends_at)
    return replace(schedule, layers=layers, overrides=overrides)


def held_at(schedule: Schedule, scopes: Scopes, at: datetime) -> Held:
    """What the layers say, unless an override takes the place of all of them; then who comes beside or stands in."""
    moment = Moment(at)
    scope = scopes.get(None, Scope())
    taken = whole_at(scope.whole, moment)
    layers, said = _of_layers(schedule, scopes, moment, covered=taken is not None)
    if taken is not None:
        said = Said((taken.user,), said.shadows, overridden=True)
    said = with_partial(said, scope.partial, moment)
    users = tuple(dict.fromkeys(said.users))
    shadows = tuple(dict.fromkeys(user for user in said.shadows if user not in users))
    source = Source.NOBODY if not users else Source.OVERRIDE if said.overridden else Source.LAYER
    return Held(users, shadows, source, " + ".join(layers) or None, *moment.bounds())


def _of_layers(schedule: Schedule, scopes: Scopes, moment: Moment, *, covered: bool) -> tuple[list[str], Said]:
    """The names of the layers that have a say, the last first, and what they say together.

    A shadow layer is never covered: it pages nobody, so nobody is paged in its place.
    """
    names: list[str] = []
    users, shadows, overridden = NOBODY, NOBODY, False
    for layer in reversed(schedule.layers):
        if covered and not layer.shadow:
            continue
        said = _of_layer(layer, schedule, scopes.get(layer.name), moment)
        if layer.shadow:
            shadows += said.users
        elif said.users:
            names.append(layer.name)
            users, overridden, covered = users + said.users, overridden or said.overridden, not layer.additive
        shadows += said.shadows
    return names, Said(users, shadows, overridden)


def _of_layer(layer: Layer, schedule: Schedule, scope: Scope | None, moment: Moment) -> Said:
    """What one layer says, and its own overrides make of it; they give nobody to a layer that has nobody."""
    said = Said(_turn_of(layer, schedule, moment))
    if scope is None or not said.users:
        return said
    taken = whole_at(scope.whole, moment)
    return with_partial(said if taken is None else Said((taken.user,), overridden=True), scope.partial, moment)


def _turn_of(layer: Layer, schedule: Schedule, moment: Moment) -> tuple[str, ...]:
    """Who holds a layer: its turn, or the shifts of its calendar, while it is open."""
    zone = layer.time_zone or schedule.time_zone
    local = moment.local(zone)
    opening = open_at(layer, local, schedule.holidays)
    moment.lasts_locally(zone, opening.since, opening.until)
    if not opening.inside:
        return NOBODY
    if layer.rotation is Rotation.CALENDAR:
        return _in_calendar(layer, moment)
    users, since, until = holder_at(layer, local)
    moment.lasts_locally(zone, since, until)
    return users


def _in_calendar(layer: Layer, moment: Moment) -> tuple[str, ...]:
    """Whose events run. Linear in them, each instant anew: `_width` keeps them few where many are asked for."""
    users: list[str] = []
    at, since, until = moment.at, None, None
    for one in layer.events:
        if one.ends_at <= at:
            if since is None or one.ends_at > since:
                since = one.ends_at
        elif one.starts_at > at:
            if until is None or one.starts_at < until:
                until = one.starts_at
        else:
            users.append(one.user)
            moment.lasts(one.starts_at, one.ends_at)
    moment.lasts(since, until)
    return tuple(users)


def _known_end(schedule: Schedule, scopes: Scopes, held: Held) -> datetime | None:
    """What may be told as the end; None: it does not end, or a turn follows in which still nobody is on call."""
    if held.users or held.until is None or held_at(schedule, scopes, held.until).users:
        return held.until
    return None


def _reason(schedule: Schedule, held: Held, until: datetime | None) -> str:
    """`on call in payments-primary (layer week) until Mon 2026-01-12 09:00 CET, shadowed by erin`."""
    end = f" until {_shown(until, zone_of(schedule.time_zone))}" if until is not None else ""
    shadow = f", shadowed by {', '.join(held.shadows)}" if held.shadows else ""
    if not held.users:
        return f"nobody is on call in {schedule.name}{end}{shadow}"
    said = [f"layer{'s' if ' + ' in held.layer else ''} {held.layer}"] if held.layer is not None else []
    said += ["override"] if held.source is Source.OVERRIDE else []
    return f"on call in {schedule.name} ({', '.join(said)}){end}{shadow}"


def _shown(at: datetime, zone: ZoneInfo) -> str:
    """`Mon 2026-01-12 09:00 CET`: the schedule's own clock, as its people read it."""
    local = at.astimezone(zone)
    seconds = f":{local.second:02}" if local.second else ""
    day = f"{WEEKDAYS[local.weekday()][:3]} {local.year}-{local.month:02}-{local.day:02}"
    return f"{day} {local.hour:02}:{local.minute:02}{seconds} {local.tzname()}"
