"""Wall-clock times of a place and the instants they mean; windows of a week such as business hours.

One rule decides every doubtful local time, and everything that shows or computes local times follows it:
**a local time happens at the first instant at which the clock there shows it or a later one.** So a time that
occurs twice (clocks go back) means its first occurrence, a time that never occurs (clocks go forward, a day
that a country skips) means the instant of the jump. The rule never turns two local times round, hence
neighbouring shifts and windows neither overlap nor leave a gap, whatever the zone does.

``reached`` is its other side: the latest local time that has happened. Rules compute with naive local values
and turn only their results into instants.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import cache, lru_cache
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
FIRST_YEAR, LAST_YEAR = 1970, 8999
"""Of what a person may say: zones have no rules for far-away years, and at the ends of the calendar not every clock can
show an instant."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@cache
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name; raises `ZoneInfoNotFoundError` or `ValueError`. Kept for good: zones are few."""
    return ZoneInfo(name)


def is_zone(name: str) -> bool:
    """Whether the name is one of the IANA database."""
    try:
        zone_of(name)
    except (KeyError, ValueError, OSError):  # not found, malformed, a folder of the database
        return False
    return True


def local_of(at: datetime, zone: ZoneInfo) -> datetime:
    """What the clock there shows at an instant, as a naive value."""
    return at.astimezone(zone).replace(tzinfo=None, fold=0)


def moment(at: datetime, zone: ZoneInfo) -> str:
    """`Sun 2026-03-29 02:00 CET`: an instant as the people there read it."""
    local = at.astimezone(zone)
    return f"{WEEKDAYS[local.weekday()][:3]} {local:%Y-%m-%d %H:%M} {local.tzname()}"


def instant_of(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of a naive local time by the rule of this module."""
    before, after = zone.utcoffset(local), zone.utcoffset(local.replace(fold=1))
    if before is None or after is None or before >= after:  # it occurs once, or twice: the first occurrence
        return local.replace(tzinfo=UTC) - (before or timedelta())
    low, high = local.replace(tzinfo=UTC) - after, local.replace(tzinfo=UTC) - before
    return _first_second(low, high, lambda instant: local_of(instant, zone) >= local)


def reached(at: datetime, zone: ZoneInfo) -> datetime:
    """The latest local time that has happened by an instant: ``local <= reached(at)`` if ``instant_of(local) <= at``.

    It is what the clock shows, except while the clock repeats an hour: there it stands still at the hour's end.
    """
    shown = at.astimezone(zone)
    if not shown.fold:
        return shown.replace(tzinfo=None)
    first = shown.replace(tzinfo=None, fold=0)
    earlier = first.replace(tzinfo=UTC) - (zone.utcoffset(first) or timedelta())
    jump = _first_second(earlier, at.astimezone(UTC), lambda instant: bool(instant.astimezone(zone).fold))
    return local_of(jump - SECOND, zone) + SECOND - datetime.resolution


def _first_second(low: datetime, high: datetime, has_happened: Callable[[datetime], bool]) -> datetime:
    """The first whole second within (low, high] by which something has happened, by halving."""
    low = low.replace(microsecond=0)
    while high - low > SECOND:
        middle = low + timedelta(seconds=(high - low) // (2 * SECOND))
        if has_happened(middle):
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0)


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """A window on some days of the week, in local time.

    A window belongs to the day it begins on: Friday 20:00 to 08:00 ends on Saturday, whether or not Saturday
    is one of the days. `to` at or before `begin` is on the next day; equal ones make 24 hours.
    """

    days: tuple[Annotated[int, msgspec.Meta(ge=0, le=6)], ...]  # 0 is Monday
    begin: time = msgspec.field(name="from")
    to: time


class Stretch(NamedTuple):
    """The answer at a local time; None: it never changes."""

    inside: bool
    since: datetime | None
    until: datetime | None


class Week(NamedTuple):
    """The unbroken runs of three weeks that are all alike, as times since the Monday in their middle, in order."""

    begins: tuple[timedelta, ...]
    ends: tuple[timedelta, ...]


@lru_cache(maxsize=4096)
def week_of(hours: tuple[Hours, ...]) -> Week:
    """The runs of windows; those that touch or overlap are one."""
    windows: list[tuple[timedelta, timedelta]] = []
    for day in range(-7, 14):
        for one in hours:
            if day % 7 in one.days:
                begins = day * DAY + _since_midnight(one.begin)
                ends = day * DAY + _since_midnight(one.to)
                windows.append((begins, ends if ends > begins else ends + DAY))
    runs: list[tuple[timedelta, timedelta]] = []
    for begins, ends in sorted(windows):
        if runs and begins <= runs[-1][1]:
            runs[-1] = runs[-1][0], max(runs[-1][1], ends)
        else:
            runs.append((begins, ends))
    return Week(tuple(run[0] for run in runs), tuple(run[1] for run in runs))


def stretch_at(hours: tuple[Hours, ...], local: datetime) -> Stretch:
    """Whether a local time lies within the hours, since when and until when."""
    week = week_of(hours)
    seconds = (local.hour * 60 + local.minute) * 60 + local.second
    passed = timedelta(local.weekday(), seconds, local.microsecond)
    monday = local - passed
    place = bisect_right(week.begins, passed) - 1
    if place >= 0 and passed < week.ends[place]:
        begins, ends = week.begins[place], week.ends[place]
        # The pattern is that of a week: what lasts longer lasts for ever.
        endless = ends - begins > 7 * DAY
        return Stretch(True, None, None) if endless else Stretch(True, monday + begins, monday + ends)
    since = monday + week.ends[place] if place >= 0 else None
    until = monday + week.begins[place + 1] if place + 1 < len(week.begins) else None
    return Stretch(False, since, until)


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)
