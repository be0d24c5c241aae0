"""Who is on call, found by walking minute by minute: slow, and written apart from the rules it checks.

A local time has happened once the clock of the place has shown it or a later one; turns and windows are listed one
by one from the begin of the layer.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tocsin.oncall.model import Layer, Rotation, Schedule

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def who(schedule: Schedule, at: datetime) -> tuple[str, ...]:
    """The people on call at a whole minute."""
    for override in reversed(schedule.overrides):
        if override.starts_at <= at < override.ends_at:
            return (override.user,)
    shown = latest_shown(at, ZoneInfo(schedule.time_zone))
    for layer in reversed(schedule.layers):
        people = _of_layer(layer, shown)
        if people:
            return people
    return ()


def latest_shown(at: datetime, zone: ZoneInfo) -> datetime:
    """The latest time that the clock has shown in the 26 hours up to an instant."""
    first = at.astimezone(UTC) - timedelta(hours=26)
    return max((first + n * MINUTE).astimezone(zone).replace(tzinfo=None, fold=0) for n in range(26 * 60 + 1))


def _of_layer(layer: Layer, shown: datetime) -> tuple[str, ...]:
    if shown < layer.starts or (layer.ends is not None and shown >= layer.ends):
        return ()
    if layer.restrict and not _is_open(layer, shown):
        return ()
    turn = 0
    for handover in _handovers(layer):
        if handover > shown:
            break
        turn += 1
    return layer.users[turn % len(layer.users)]


def _is_open(layer: Layer, shown: datetime) -> bool:
    for back in range(3):
        day = shown.date() - back * DAY
        for hours in layer.restrict:
            if day.weekday() in hours.days:
                begins = datetime.combine(day, hours.begin)
                ends = datetime.combine(day + (DAY if hours.to <= hours.begin else 0 * DAY), hours.to)
                if begins <= shown < ends:
                    return True
    return False


def _handovers(layer: Layer) -> Iterator[datetime]:
    """The hand-overs after the begin, of which only every n-th counts, found by looking at every day."""
    if layer.rotation is Rotation.CUSTOM:
        assert layer.length is not None
        moment = layer.starts + layer.length
        while True:
            yield moment
            moment += layer.length
    assert layer.handover is not None
    day, seen = layer.starts.date(), 0
    while True:
        moment = datetime.combine(day, layer.handover.at)
        if _is_handover_day(layer, day) and moment > layer.starts:
            seen += 1
            if seen % layer.every == 0:
                yield moment
        day += DAY


def _is_handover_day(layer: Layer, day: date) -> bool:
    assert layer.handover is not None
    if layer.rotation is Rotation.WEEKLY:
        return day.weekday() == layer.handover.weekday
    if layer.rotation is Rotation.MONTHLY:
        is_last = (day + DAY).month != day.month
        return day.day == layer.handover.day or (is_last and (layer.handover.day or 1) > day.day)
    return True
