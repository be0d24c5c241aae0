"""The time that a calendar shows, cut into columns: the days of a week, the hours of a day. Pure.

A place in a frame is a share of its width in percent. Days of a week and hours of a day are as wide as they last, so
that a day of 25 hours is wider; the days of a month are all alike.
"""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import msgspec

from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import instant_of, local_of

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_QUARTER = timedelta(minutes=15)
_WHOLE = 100.0
_FIRST_YEAR, _LAST_YEAR = 1971, 2199


class Scale(StrEnum):
    """How much is shown at once."""

    MONTH = "month"
    WEEK = "week"
    DAY = "day"


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A local day or hour, [starts_at, ends_at); a day that a country skips lasts no time.

    `is_outside`: a day of a neighbouring month.
    """

    starts_at: datetime
    ends_at: datetime
    x: float
    width: float
    day: date
    words: str
    name: str
    is_outside: bool = False

    @property
    def half_hours(self) -> int:
        """How long it lasts, as the style sheet counts: 48 for most days."""
        return round((self.ends_at - self.starts_at) / (2 * _QUARTER))

    def holds(self, at: datetime) -> bool:
        return self.starts_at <= at < self.ends_at


class Frame(msgspec.Struct, frozen=True):
    """Columns without a break, drawn side by side."""

    columns: tuple[Column, ...]

    @property
    def starts_at(self) -> datetime:
        return self.columns[0].starts_at

    @property
    def ends_at(self) -> datetime:
        return self.columns[-1].ends_at

    def x_of(self, at: datetime) -> float:
        """Where an instant lies, in percent; the edge for one that lies outside."""
        for column in self.columns:
            if at < column.ends_at:
                passed = max(at - column.starts_at, timedelta())
                return round(column.x + column.width * (passed / (column.ends_at - column.starts_at)), 3)
        return _WHOLE


class Tick(msgspec.Struct, frozen=True):
    """A mark of a ruler. `is_midnight`: a day begins there, and `words` names it."""

    x: float
    words: str
    is_midnight: bool


class Extent(msgspec.Struct, frozen=True, kw_only=True):
    """What one page shows: its frames one below the other, its name, and the days its neighbours are asked by."""

    scale: Scale
    title: str
    frames: tuple[Frame, ...]
    previous: date
    next: date

    @property
    def starts_at(self) -> datetime:
        return self.frames[0].starts_at

    @property
    def ends_at(self) -> datetime:
        return self.frames[-1].ends_at


def read_scale(text: str) -> Scale:
    """Without one, the month. Raises Invalid."""
    try:
        return Scale(text or Scale.MONTH)
    except ValueError:
        raise Invalid(
            f"{text[:40]!r} is no view of the calendar.", "There are month, week and day.", field="view"
        ) from None


def read_day(text: str, today: date) -> date:
    """Without one, today. Raises Invalid."""
    try:
        day = date.fromisoformat(text) if text else today
    except ValueError:
        raise Invalid(f"{text[:40]!r} is no day.", "Write it as 2026-11-23.", field="at") from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise Invalid("The calendar does not reach that far.", f"It ends with {_LAST_YEAR}.", field="at")
    return day


def extent_of(scale: Scale, day: date, zone: ZoneInfo) -> Extent:
    """The month, week or day that holds a day, on the clock of a zone."""
    match scale:
        case Scale.MONTH:
            return _month(day, zone)
        case Scale.WEEK:
            monday = day - _DAY * day.weekday()
            frame = Frame(tuple(_side_by_side(_days(monday, zone))))
            return Extent(
                scale=scale,
                title=f"Week {day.isocalendar().week}, {_span_words(monday, monday + 6 * _DAY)}",
                frames=(frame,),
                previous=monday - 7 * _DAY,
                next=monday + 7 * _DAY,
            )
        case Scale.DAY:
            columns = _hours(day, zone) or _days(day, zone)[:1]
            return Extent(
                scale=scale,
                title=day_words(day),
                frames=(Frame(tuple(_side_by_side(columns))),),
                previous=day - _DAY,
                next=day + _DAY,
            )


def day_words(day: date) -> str:
    """`Monday 23 November 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def ruler(frame: Frame, zone: ZoneInfo, hours: int) -> tuple[Tick, ...]:
    """The marks at every so many hours of a zone's clock; a local time that occurs twice has one mark, its first."""
    local = datetime.combine(local_of(frame.starts_at, zone).date(), time())
    end = local_of(frame.ends_at, zone) + _HOUR
    ticks: list[Tick] = []
    while local <= end:
        at = instant_of(local, zone)
        if frame.starts_at <= at < frame.ends_at and local_of(at, zone) == local:
            is_midnight = local.hour == 0
            words = f"{local:%a}" if is_midnight else f"{local:%H}"
            ticks.append(Tick(frame.x_of(at), words, is_midnight))
        local += hours * _HOUR
    return tuple(ticks)


def is_same_clock(one: ZoneInfo, other: ZoneInfo, frame: Frame) -> bool:
    """Whether two zones show the same throughout the frame."""
    return all(
        local_of(at, one) == local_of(at, other)
        for at in (*(column.starts_at for column in frame.columns), frame.ends_at)
    )


def place_of(zone: ZoneInfo) -> str:
    """`America/New_York` as people say it: New York."""
    return zone.key.rpartition("/")[2].replace("_", " ")


def _month(day: date, zone: ZoneInfo) -> Extent:
    first = day.replace(day=1)
    following = (first + 31 * _DAY).replace(day=1)
    monday = first - _DAY * first.weekday()
    frames: list[Frame] = []
    while monday < following:
        days = [
            msgspec.structs.replace(
                column,
                x=_WHOLE * place / 7,
                width=_WHOLE / 7,
                is_outside=column.day.month != first.month,
            )
            for place, column in enumerate(_days(monday, zone))
        ]
        frames.append(Frame(tuple(days)))
        monday += 7 * _DAY
    return Extent(
        scale=Scale.MONTH,
        title=f"{first:%B %Y}",
        frames=tuple(frames),
        previous=(first - _DAY).replace(day=1),
        next=following,
    )


def _days(monday: date, zone: ZoneInfo) -> list[Column]:
    days = [monday + _DAY * number for number in range(8)]
    edges = [instant_of(datetime.combine(day, time()), zone) for day in days]
    return [
        Column(
            starts_at=edges[number],
            ends_at=edges[number + 1],
            x=0,
            width=0,
            day=day,
            words=f"{day:%a} {day.day}",
            name=day_words(day),
        )
        for number, day in enumerate(days[:7])
    ]


def _hours(day: date, zone: ZoneInfo) -> list[Column]:
    """From each full hour that the clock shows to the next, and from where it was changed: 23, 24 or 25, or more."""
    start, end = (instant_of(datetime.combine(day + _DAY * number, time()), zone) for number in (0, 1))
    edges = [*_hour_edges(start, end, zone), end]
    is_plain = end - start == _DAY
    columns: list[Column] = []
    for at, until in itertools.pairwise(edges):
        local = at.astimezone(zone)
        words = f"{local:%H}" if local.minute == 0 else f"{local:%H:%M}"
        name = f"{local:%H:%M}" if is_plain else f"{local:%H:%M} {local.tzname()}"
        columns.append(Column(starts_at=at, ends_at=until, x=0, width=0, day=day, words=words, name=name))
    return columns


def _hour_edges(start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    at, offset = start, None
    while at < end:
        local = at.astimezone(zone)
        if local.minute == 0 or local.utcoffset() != offset:
            yield at.astimezone(UTC)
        offset = local.utcoffset()
        at += _QUARTER


def _side_by_side(columns: list[Column]) -> Iterator[Column]:
    """As wide as they last."""
    whole = columns[-1].ends_at - columns[0].starts_at or _DAY
    for column in columns:
        x = _WHOLE * ((column.starts_at - columns[0].starts_at) / whole)
        width = _WHOLE * ((column.ends_at - column.starts_at) / whole)
        yield msgspec.structs.replace(column, x=round(x, 3), width=round(width, 3))


def _span_words(first: date, last: date) -> str:
    """`23 – 29 November 2026`, and the months or years of both where they differ."""
    if first.year != last.year:
        return f"{first.day} {first:%B %Y} – {last.day} {last:%B %Y}"
    if first.month != last.month:
        return f"{first.day} {first:%B} – {last.day} {last:%B %Y}"
    return f"{first.day} – {last.day} {last:%B %Y}"
