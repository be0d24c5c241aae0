"""What a calendar draws and says of schedules within an extent: bars, cells, rulers, and the same as a list. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from tocsin.surfaces.web.pages.oncall.calendar_frame import (
    Column,
    Extent,
    Frame,
    Scale,
    Tick,
    day_words,
    is_same_clock,
    place_of,
    ruler,
)
from tocsin.surfaces.web.pages.oncall.calendar_stretches import Kind, Stretch, lanes_of
from tocsin.surfaces.web.pages.oncall.override import override_path
from tocsin.surfaces.web.spans import write_local

BAR_HEIGHT = 24
_PITCH = 28
_NARROWEST = 0.2
_MARKED = {Kind.OVERRIDE: "override", Kind.SHADOW: "shadow", Kind.CLASH: "away", Kind.AWAY: "away"}
"""What is said of a stretch beside who it is."""
_BARE = (Kind.CLASH, Kind.AWAY)
_TICK_HOURS = {Scale.MONTH: 24, Scale.WEEK: 6, Scale.DAY: 1}


class Track(msgspec.Struct, frozen=True, kw_only=True):
    """One schedule, on the clock of `zone`. `other`: the clock to show beside the calendar's own, if it differs.

    `is_named`: a policy names it and would fall into a gap, which is not meant.
    """

    schedule: str
    stretches: tuple[Stretch, ...]
    zone: ZoneInfo
    other: ZoneInfo | None
    is_named: bool


class Drawing(msgspec.Struct, frozen=True, kw_only=True):
    """What all rows of a page share. `tones` gives each person a class of the style sheet."""

    extent: Extent
    zone: ZoneInfo
    now: datetime
    tracks: tuple[Track, ...]
    tones: Mapping[str, str]
    holidays: Mapping[date, str] = {}


class BarView(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch within a frame: `x` and `width` in percent, `y` in pixels, the instants those of the whole stretch.

    `tone` is a class of the style sheet; `words` is all of it in one sentence.
    """

    schedule: str
    user: str
    kind: Kind
    tone: str
    label: str
    note: str
    words: str
    x: float
    y: int
    width: float
    starts_at: datetime
    ends_at: datetime
    is_cut_before: bool
    is_cut_after: bool


class CellView(msgspec.Struct, frozen=True, kw_only=True):
    """A day or an hour of a row; `said` is what is drawn there in words."""

    column: Column
    is_today: bool
    holiday: str
    said: tuple[str, ...]


class NameView(msgspec.Struct, frozen=True):
    """A schedule's name beside its lanes, which are that high in pixels."""

    schedule: str
    height: int


class RowView(msgspec.Struct, frozen=True, kw_only=True):
    """One row: a week of the month with every schedule, or one schedule. `now_x` is None where now is elsewhere."""

    heading: str
    schedule: str
    names: tuple[NameView, ...]
    height: int
    bars: tuple[BarView, ...]
    cells: tuple[CellView, ...]
    starts_at: datetime
    ends_at: datetime
    now_x: float | None


class RulerView(msgspec.Struct, frozen=True):
    place: str
    ticks: tuple[Tick, ...]


class LineView(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch as a line of a day. `begins` is empty if it began before, `ends` if its end is not in sight.

    `take_over` is the address of the form that takes over what is left of it, empty when it is over.
    """

    schedule: str
    user: str
    mark: str
    tone: str
    begins: str
    ends: str
    elsewhere: str
    take_over: str


class DayView(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    holiday: str
    is_today: bool
    is_past: bool
    lines: tuple[LineView, ...]


def rows_of(drawing: Drawing) -> tuple[RowView, ...]:
    """A row for each week in a month, for each schedule otherwise; without a schedule none."""
    extent = drawing.extent
    if not drawing.tracks:
        return ()
    if extent.scale is Scale.MONTH:
        return tuple(_row(drawing, frame, drawing.tracks, f"Week {_week_of(frame)}") for frame in extent.frames)
    return tuple(_row(drawing, extent.frames[0], (track,), track.schedule) for track in drawing.tracks)


def rulers_of(drawing: Drawing) -> tuple[RulerView, ...]:
    """The hours of the calendar's clock and of each other one; none for a month."""
    if drawing.extent.scale is Scale.MONTH:
        return ()
    frame, step = drawing.extent.frames[0], _TICK_HOURS[drawing.extent.scale]
    others = {track.other.key: track.other for track in drawing.tracks if track.other is not None}
    return tuple(RulerView(place_of(zone), ruler(frame, zone, step)) for zone in (drawing.zone, *others.values()))


def agenda_of(drawing: Drawing) -> tuple[DayView, ...]:
    """The same as a list by day: for a month only what changes, for a week and a day who is there all the same."""
    only_changes = drawing.extent.scale is Scale.MONTH
    days: list[DayView] = []
    for place, (day, starts_at, ends_at) in enumerate(_days(drawing.extent)):
        is_today = starts_at <= drawing.now < ends_at
        shows_all = place == 0 or is_today or not only_changes
        found = [
            (stretch.starts_at, track.schedule, stretch, track)
            for track in drawing.tracks
            for stretch in track.stretches
            if stretch.meets(starts_at, ends_at) and (shows_all or starts_at <= stretch.starts_at)
        ]
        found.sort(key=lambda each: each[:2])
        lines = tuple(_line(drawing, track, stretch, starts_at, ends_at) for _, _, stretch, track in found)
        if lines or not only_changes:
            holiday = drawing.holidays.get(day, "")
            days.append(
                DayView(
                    name=day_words(day), holiday=holiday, is_today=is_today, is_past=ends_at <= drawing.now, lines=lines
                )
            )
    return tuple(days)


def other_clock(zone: ZoneInfo, other: ZoneInfo, extent: Extent) -> ZoneInfo | None:
    """The other zone, if its clock shows something else at any time of the extent."""
    return None if all(is_same_clock(zone, other, frame) for frame in extent.frames) else other


def _row(drawing: Drawing, frame: Frame, tracks: Sequence[Track], heading: str) -> RowView:
    names: list[NameView] = []
    bars: list[BarView] = []
    height = 0
    for track in tracks:
        stretches = [each for each in track.stretches if each.meets(frame.starts_at, frame.ends_at)]
        if not stretches:
            continue
        bars += [_bar(drawing, frame, track, stretch, height) for stretch in stretches]
        names.append(NameView(track.schedule, lanes_of(stretches) * _PITCH))
        height += names[-1].height
    return RowView(
        heading=heading,
        schedule=tracks[0].schedule if len(tracks) == 1 else "",
        names=tuple(names),
        height=max(height, _PITCH),
        bars=tuple(bars),
        cells=tuple(_cell(drawing, column, tracks) for column in frame.columns),
        starts_at=frame.starts_at,
        ends_at=frame.ends_at,
        now_x=frame.x_of(drawing.now) if frame.starts_at <= drawing.now < frame.ends_at else None,
    )


def _bar(drawing: Drawing, frame: Frame, track: Track, stretch: Stretch, y: int) -> BarView:
    x, end = frame.x_of(stretch.starts_at), frame.x_of(stretch.ends_at)
    begins_here = stretch.starts_at >= frame.starts_at and not stretch.is_open_before
    clocks: list[str] = []
    if begins_here and stretch.kind not in _BARE:
        # The rulers of a week or a day have the other clock already.
        is_month = drawing.extent.scale is Scale.MONTH
        elsewhere = _elsewhere(drawing, track, stretch.starts_at) if is_month else ""
        clocks = [f"{stretch.starts_at.astimezone(drawing.zone):%H:%M}", elsewhere]
    mark = "" if stretch.kind in _BARE else _MARKED.get(stretch.kind, "")
    return BarView(
        schedule=track.schedule,
        user=stretch.user,
        kind=stretch.kind,
        tone=_tone(drawing, track, stretch),
        label=_label(stretch),
        note=" · ".join(filter(None, (mark, *clocks))),
        words=_bar_words(drawing, track, stretch),
        x=x,
        y=y + stretch.lane * _PITCH,
        width=round(max(end - x, _NARROWEST), 3),
        starts_at=stretch.starts_at,
        ends_at=stretch.ends_at,
        is_cut_before=stretch.starts_at < frame.starts_at or stretch.is_open_before,
        is_cut_after=stretch.ends_at > frame.ends_at or stretch.is_open_after,
    )


def _label(stretch: Stretch) -> str:
    if stretch.kind is Kind.CLASH:
        return ""
    return "away" if stretch.kind is Kind.AWAY else stretch.user or "nobody"


def _tone(drawing: Drawing, track: Track, stretch: Stretch) -> str:
    """A gap is red where a policy would fall into it, and still to come."""
    if stretch.kind is Kind.CLASH:
        return "tone-clash"
    if stretch.user:
        return drawing.tones.get(stretch.user, "tone-0")
    return "tone-gap" if track.is_named and stretch.ends_at > drawing.now else "tone-nobody"


def _bar_words(drawing: Drawing, track: Track, stretch: Stretch) -> str:
    """`alice, payments-primary (override): Mon 23 Nov 09:00 – Mon 30 Nov 09:00; in New York from Mon 23 Nov 03:00`."""
    begins = "…" if stretch.is_open_before else _stamp(stretch.starts_at, drawing.zone)
    ends = "…" if stretch.is_open_after else _stamp(stretch.ends_at, drawing.zone)
    mark = f" ({_MARKED[stretch.kind]})" if stretch.kind in _MARKED else ""
    words = f"{stretch.user or 'nobody'}, {track.schedule}{mark}: {begins} – {ends}"
    if track.other is None or stretch.is_open_before:
        return words
    return f"{words}; in {place_of(track.other)} from {_stamp(stretch.starts_at, track.other)}"


def _cell(drawing: Drawing, column: Column, tracks: Sequence[Track]) -> CellView:
    said = [
        _said(drawing, column, stretch, f"{track.schedule}: " if len(tracks) > 1 else "")
        for track in tracks
        for stretch in track.stretches
        if stretch.meets(column.starts_at, column.ends_at)
    ]
    return CellView(
        column=column,
        is_today=column.holds(drawing.now),
        holiday=drawing.holidays.get(column.day, ""),
        said=tuple(said),
    )


def _said(drawing: Drawing, column: Column, stretch: Stretch, schedule: str) -> str:
    """`payments-primary: alice from 09:00 (override)`."""
    words = schedule + (stretch.user or "nobody")
    if stretch.starts_at > column.starts_at:
        words += f" from {stretch.starts_at.astimezone(drawing.zone):%H:%M}"
    if stretch.ends_at < column.ends_at:
        words += f" until {stretch.ends_at.astimezone(drawing.zone):%H:%M}"
    return words + (f" ({_MARKED[stretch.kind]})" if stretch.kind in _MARKED else "")


def _line(drawing: Drawing, track: Track, stretch: Stretch, starts_at: datetime, ends_at: datetime) -> LineView:
    begins_here = starts_at <= stretch.starts_at and not stretch.is_open_before
    end = f"{stretch.ends_at.astimezone(drawing.zone):%H:%M}"
    if stretch.ends_at > ends_at:
        end = _stamp(stretch.ends_at, drawing.zone)
    return LineView(
        schedule=track.schedule,
        user=stretch.user,
        mark=_MARKED.get(stretch.kind, ""),
        tone=_tone(drawing, track, stretch),
        begins=f"{stretch.starts_at.astimezone(drawing.zone):%H:%M}" if begins_here else "",
        ends="" if stretch.is_open_after else end,
        elsewhere=f"{_elsewhere(drawing, track, stretch.starts_at)} {place_of(track.other)}"
        if track.other and begins_here
        else "",
        take_over=_take_over(drawing, track, stretch),
    )


def _take_over(drawing: Drawing, track: Track, stretch: Stretch) -> str:
    if stretch.ends_at <= drawing.now or stretch.kind not in (Kind.DUTY, Kind.OVERRIDE, Kind.GAP):
        return ""
    begins = "" if stretch.starts_at <= drawing.now else write_local(stretch.starts_at, track.zone)
    ends = "" if stretch.is_open_after else write_local(stretch.ends_at, track.zone)
    return override_path(track.schedule, **{"from": begins, "to": ends})


def _days(extent: Extent) -> Iterator[tuple[date, datetime, datetime]]:
    """The days of the extent itself, without those of neighbouring months."""
    if extent.scale is Scale.DAY:
        yield extent.frames[0].columns[0].day, extent.starts_at, extent.ends_at
        return
    for frame in extent.frames:
        for column in frame.columns:
            if not column.is_outside and column.ends_at - column.starts_at > timedelta():
                yield column.day, column.starts_at, column.ends_at


def _elsewhere(drawing: Drawing, track: Track, at: datetime) -> str:
    """`03:00` on the other clock, or `Sun 23:00` where it is another day there."""
    if track.other is None:
        return ""
    there = at.astimezone(track.other)
    is_same_day = there.date() == at.astimezone(drawing.zone).date()
    return f"{there:%H:%M}" if is_same_day else f"{there:%a %H:%M}"


def _stamp(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%b} {local:%H:%M}"


def _week_of(frame: Frame) -> int:
    return frame.columns[0].day.isocalendar().week
