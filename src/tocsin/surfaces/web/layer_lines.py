"""A layer of a schedule as a sentence: "weekly, hand-over Monday 09:00 Europe/Berlin: alice → bob → dave". Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from tocsin.kernel.durations import format_duration
from tocsin.kernel.localtime import WEEKDAYS, Hours, local_of, zone_of
from tocsin.oncall.model import LAST, Handover, Layer, Member, OnHolidays, Rotation

_DAY = timedelta(days=1)
_UNITS = {Rotation.DAILY: "day", Rotation.WEEKLY: "week", Rotation.MONTHLY: "month"}
_PLACES = {1: "first", 2: "second", 3: "third", 4: "fourth", LAST: "last"}
_HOLIDAYS = {OnHolidays.ONLY: "only on public holidays", OnHolidays.EXCEPT: "not on public holidays"}


class LayerLine(msgspec.Struct, frozen=True, kw_only=True):
    """`turns`: when it hands over, `people`: in what order, `limits`: what narrows it, each a short phrase."""

    name: str
    turns: str
    people: str
    limits: tuple[str, ...]


def layer_line(layer: Layer, time_zone: str, now: datetime) -> LayerLine:
    """`time_zone` is the schedule's, for a layer without one of its own."""
    zone = layer.time_zone or time_zone
    return LayerLine(
        name=layer.name,
        turns=_turns(layer, zone),
        people=" → ".join(" + ".join(turn) or "nobody" for turn in layer.users),
        limits=tuple(_limits(layer, local_of(now, zone_of(zone)))),
    )


def _turns(layer: Layer, zone: str) -> str:
    if layer.rotation is Rotation.CALENDAR:
        return f"from the calendar {layer.calendar}"
    if len(layer.users) == 1:
        return f"always the same, on the clock of {zone}"
    match layer.rotation:
        case Rotation.RRULE:
            return f"hand-over by the rule {layer.rrule}, from {_moment(layer.starts)} {zone}"
        case Rotation.CUSTOM:
            return f"every {format_duration(layer.length or _DAY)} from {_moment(layer.starts)} {zone}"
        case _:
            handovers = " and ".join(_handover(each) for each in layer.handovers) or _as_it_starts(layer)
            return f"{_how_often(layer)}, hand-over {handovers} {zone}"


def _how_often(layer: Layer) -> str:
    if layer.every == 1:
        return layer.rotation.value
    if len(layer.handovers) > 1:
        return f"{layer.rotation.value}, a turn for every {layer.every} hand-overs"
    return f"every {layer.every} {_UNITS[layer.rotation]}s"


def _handover(handover: Handover) -> str:
    at = f"{handover.at:%H:%M}"
    weekday = WEEKDAYS[handover.weekday] if handover.weekday is not None else ""
    if handover.nth is not None:
        return f"{_PLACES[handover.nth]} {weekday} {at}"
    if handover.day is not None:
        return f"on day {handover.day} {at}"
    return f"{weekday} {at}".strip()


def _as_it_starts(layer: Layer) -> str:
    at = layer.starts
    match layer.rotation:
        case Rotation.WEEKLY:
            return f"{at:%A %H:%M}"
        case Rotation.MONTHLY:
            return f"on day {at.day} {at:%H:%M}"
        case _:
            return f"{at:%H:%M}"


def _limits(layer: Layer, now: datetime) -> list[str]:
    limits = [f"from {_moment(layer.starts)}"] if layer.starts > now else []
    limits += [f"only {_hours(each)}" for each in layer.restrict]
    if layer.on_holidays is not OnHolidays.ANY:
        limits.append(_HOLIDAYS[layer.on_holidays])
    limits += [_membership(each) for each in layer.members if each.since is not None or each.until is not None]
    if layer.ends is not None:
        limits.append(f"until {_moment(layer.ends)}")
    if layer.additive:
        limits.append("beside the layers before it, not instead of them")
    if layer.shadow:
        limits.append("shown, not paged")
    return limits


def _hours(hours: Hours) -> str:
    """`Mon–Fri 09:00–18:00`."""
    return f"{_days(hours.days)} {hours.begin:%H:%M}–{hours.to:%H:%M}"


def _days(days: Sequence[int]) -> str:
    names = [WEEKDAYS[day][:3] for day in days]
    if len(names) == len(WEEKDAYS):
        return "every day"
    is_run = len(days) > 2 and list(days) == list(range(days[0], days[0] + len(days)))
    return f"{names[0]}–{names[-1]}" if is_run else ", ".join(names)


def _membership(member: Member) -> str:
    since = f" from {_moment(member.since)}" if member.since is not None else ""
    until = f" until {_moment(member.until)}" if member.until is not None else ""
    return f"{member.user}{since}{until}"


def _moment(at: datetime) -> str:
    return f"{at:%a} {at.day} {at:%b %Y %H:%M}"
