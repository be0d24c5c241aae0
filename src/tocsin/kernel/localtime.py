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

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo

import msgspec

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
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


class Run(NamedTuple):
    """An unbroken time within the hours, [begins, ends), naive local."""

    begins: datetime
    ends: datetime


class Stretch(NamedTuple):
    """The answer at a local time; None: it never changes."""

    inside: bool
    since: datetime | None
    until: datetime | None


def runs_of(hours: tuple[Hours, ...], first: date, days: int) -> list[Run]:
    """The windows that begin on so many local days from `first`, in order; those that touch are one run."""
    windows: list[Run] = []
    for day in (first + n * DAY for n in range(days)):
        for one in hours:
            if day.weekday() in one.days:
                ends = datetime.combine(day, one.to)
                windows.append(Run(datetime.combine(day, one.begin), ends if one.to > one.begin else ends + DAY))
    windows.sort()
    runs: list[Run] = []
    for window in windows:
        if runs and window.begins <= runs[-1].ends:
            runs[-1] = Run(runs[-1].begins, max(runs[-1].ends, window.ends))
        else:
            runs.append(window)
    return runs


def stretch_at(hours: tuple[Hours, ...], local: datetime) -> Stretch:
    """Whether a local time lies within the hours, since when and until when."""
    day = local.date()
    near = _find(runs_of(hours, day - DAY, 3), local)
    if near.since is not None and near.until is not None and not (near.inside and _may_join(hours)):
        return near
    inside, since, until = _find(runs_of(hours, day - 8 * DAY, 17), local)
    # The pattern is that of a week: what lasts longer lasts for ever.
    endless = inside and since is not None and until is not None and until - since > 7 * DAY
    return Stretch(inside, None, None) if endless else Stretch(inside, since, until)


def _find(runs: list[Run], local: datetime) -> Stretch:
    since = until = None
    for begins, ends in runs:
        if begins > local:
            until = begins
            break
        if local < ends:
            return Stretch(True, begins, ends)
        since = ends
    return Stretch(False, since, until)


def _may_join(hours: tuple[Hours, ...]) -> bool:
    """Whether windows can join into runs of more than a day, which costs a wider look."""
    return len(hours) > 1 or any(one.begin == one.to for one in hours)
