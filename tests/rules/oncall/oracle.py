"""Who is on call, found by walking minute by minute: slow, and written apart from the rules it checks.

A local time has happened once the clock of the place has shown it or a later one; hand-overs, joins, leaves and windows
are walked one by one from the begin of the layer.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from holidays import country_holidays

from tocsin.oncall.model import Handover, Layer, OnHolidays, Override, Part, Rotation, Schedule

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

RULES: dict[str, Callable[[date, date], bool]] = {
    "FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=9;BYMINUTE=0": lambda day, _: day.weekday() in (0, 4),
    "FREQ=WEEKLY;BYDAY=SU;BYHOUR=2;BYMINUTE=30": lambda day, _: day.weekday() == 6,
    "FREQ=DAILY;INTERVAL=3;BYHOUR=2;BYMINUTE=0": lambda day, starts: (day - starts).days % 3 == 0,
    "FREQ=MONTHLY;BYDAY=1MO;BYHOUR=9;BYMINUTE=0": lambda day, _: day.weekday() == 0 and day.day <= 7,
    "FREQ=MONTHLY;BYMONTHDAY=-1;BYHOUR=23;BYMINUTE=59": lambda day, _: (day + DAY).day == 1,
}
"""Recurrence rules with what they say of a day, in words of our own; the time is that of BYHOUR and BYMINUTE."""


class Found(NamedTuple):
    users: frozenset[str]
    shadows: frozenset[str]


def who(schedule: Schedule, at: datetime) -> Found:
    """The people on call at a whole minute, and those who are only shown."""
    active = [one for one in schedule.overrides if one.starts_at <= at < one.ends_at]
    users: list[str] = []
    shadows: list[str] = []
    covered = False
    for layer in reversed(schedule.layers):
        shown = latest_shown(at, ZoneInfo(layer.time_zone or schedule.time_zone))
        people = list(_of_layer(layer, shown, at, schedule.holidays))
        watching: list[str] = []
        if people:
            people, watching = _overridden(people, [one for one in active if one.layer == layer.name])
        if layer.shadow:
            shadows += people + watching
        elif people and not covered and not _is_taken(active):
            users += people
            shadows += watching
            covered = not layer.additive
    users, watching = _overridden(users, [one for one in active if one.layer is None])
    return Found(frozenset(users), frozenset(shadows + watching) - frozenset(users))


def _is_taken(active: list[Override]) -> bool:
    return any(one.layer is None and one.instead_of is None and one.part is Part.INSTEAD for one in active)


def _overridden(people: list[str], active: list[Override]) -> tuple[list[str], list[str]]:
    for one in active:
        if one.part is Part.INSTEAD and one.instead_of is None:
            people = [one.user]
    people = people + [one.user for one in active if one.part is Part.BESIDE]
    shares = [[person] for person in people]
    for one in active:
        if one.part is Part.INSTEAD and one.instead_of is not None:
            for share in shares:
                if one.instead_of in share:
                    share.append(one.user)
    return [share[-1] for share in shares], [one.user for one in active if one.part is Part.SHADOW]


@lru_cache(maxsize=100_000)
def latest_shown(at: datetime, zone: ZoneInfo) -> datetime:
    """The latest time that the clock has shown in the three hours up to an instant: no clock here goes back by more."""
    first = at.astimezone(UTC) - timedelta(hours=3)
    return max((first + n * MINUTE).astimezone(zone).replace(tzinfo=None, fold=0) for n in range(3 * 60 + 1))


def _of_layer(layer: Layer, shown: datetime, at: datetime, holidays: str | None) -> tuple[str, ...]:
    if shown < layer.starts or (layer.ends is not None and shown >= layer.ends):
        return ()
    if layer.restrict and not _is_open(layer, shown):
        return ()
    if layer.on_holidays is not OnHolidays.ANY:
        is_holiday = holidays is not None and shown.date() in _holidays(holidays, shown.year)
        if is_holiday != (layer.on_holidays is OnHolidays.ONLY):
            return ()
    if layer.rotation is Rotation.CALENDAR:
        return tuple(one.user for one in layer.events if one.starts_at <= at < one.ends_at)
    return _turn(layer, shown)


@lru_cache
def _holidays(code: str, year: int) -> frozenset[date]:
    country, _, part = code.partition("-")
    return frozenset(country_holidays(country, subdiv=part or None, years=year))


def _turn(layer: Layer, shown: datetime) -> tuple[str, ...]:
    """Walks through all hand-overs and dates of members, handing the turn on from one to the next."""
    handovers: set[datetime] = set()
    for moment in _handovers(layer):
        if moment > shown:
            break
        handovers.add(moment)
    dates = {when for one in layer.members for when in (one.since, one.until) if when and layer.starts < when <= shown}
    holder = 0
    for moment in [layer.starts, *sorted(handovers | dates)]:
        places = list(range(len(layer.users)))
        # Those who come after the holder, going round, and the holder at last.
        queue = places[holder + 1 :] + places[: holder + 1]
        if moment not in handovers:
            queue = [queue[-1], *queue[:-1]]
        holder = next((place for place in queue if _takes_part(layer, place, moment)), holder)
    return _present(layer, layer.users[holder], shown)


def _takes_part(layer: Layer, place: int, moment: datetime) -> bool:
    turn = layer.users[place]
    return not turn or bool(_present(layer, turn, moment))


def _present(layer: Layer, turn: tuple[str, ...], moment: datetime) -> tuple[str, ...]:
    def is_in(user: str) -> bool:
        times = [(one.since or moment, one.until or moment + DAY) for one in layer.members if one.user == user]
        return not times or any(since <= moment < until for since, until in times)

    return tuple(user for user in turn if is_in(user))


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
        moments = _lengths(layer.starts, layer.length)
    elif layer.rotation is Rotation.RRULE:
        moments = _by_rule(layer)
    else:
        moments = _by_day(layer)
    seen = 0
    for moment in moments:
        if moment > layer.starts:
            seen += 1
            if seen % layer.every == 0:
                yield moment


def _lengths(moment: datetime, length: timedelta) -> Iterator[datetime]:
    while True:
        yield moment
        moment += length


def _by_rule(layer: Layer) -> Iterator[datetime]:
    assert layer.rrule is not None
    is_day = RULES[layer.rrule]
    parts = dict(part.split("=") for part in layer.rrule.split(";"))
    day = layer.starts.date()
    while True:
        if is_day(day, layer.starts.date()):
            yield datetime.combine(day, time(int(parts["BYHOUR"]), int(parts["BYMINUTE"])))
        day += DAY


def _by_day(layer: Layer) -> Iterator[datetime]:
    day = layer.starts.date()
    while True:
        yield from sorted(
            datetime.combine(day, one.at) for one in layer.handovers if _is_handover_day(layer.rotation, one, day)
        )
        day += DAY


def _is_handover_day(rotation: Rotation, one: Handover, day: date) -> bool:
    if rotation is Rotation.WEEKLY:
        return day.weekday() == one.weekday
    if rotation is Rotation.DAILY:
        return True
    if one.nth is not None:
        if day.weekday() != one.weekday:
            return False
        return (day + 7 * DAY).month != day.month if one.nth < 0 else (day.day + 6) // 7 == one.nth
    is_last = (day + DAY).month != day.month
    return day.day == one.day or (is_last and (one.day or 1) > day.day)
