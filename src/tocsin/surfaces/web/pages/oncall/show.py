"""Who is on call in each schedule, why, until when, and who comes next; gaps are promises about to break."""

from datetime import datetime, timedelta

import msgspec
from litestar import get
from litestar.response import Response

from tocsin.oncall import rotation
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Schedule, Shift, Source
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit

_SHOWN_FOR = timedelta(days=28)
_LISTED = 6
_TONES = 4
_WIDE = 1000


class ShiftView(msgspec.Struct, frozen=True, kw_only=True):
    """`people` empty: a gap. `tone` is that of their bars."""

    people: str
    tone: str
    starts_at: datetime
    ends_at: datetime
    is_override: bool


class BarView(msgspec.Struct, frozen=True):
    """A shift in the drawing, in thousandths of its width; `tone` is a class of the style sheet."""

    x: int
    width: int
    tone: str
    words: str


class ScheduleView(msgspec.Struct, frozen=True, kw_only=True):
    """One schedule: now, why, until, then what comes."""

    name: str
    team: str
    time_zone: str
    people: str
    until: datetime | None
    reason: str
    shifts: tuple[ShiftView, ...]
    bars: tuple[BarView, ...]


class OnCallView(msgspec.Struct, frozen=True):
    schedules: tuple[ScheduleView, ...]
    days: int = _SHOWN_FOR.days


@get("/oncall")
async def show_on_call(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page."""
    async with db.connection() as conn:
        schedules = await oncall.list_schedules(conn, visit.times.now)
    view = OnCallView(tuple(schedule_view(schedule, visit.times.now) for schedule in schedules))
    return pages.page("oncall/show.html", visit, view=view)


def schedule_view(schedule: Schedule, now: datetime) -> ScheduleView:
    """What the page shows of one schedule; a shift is listed only if its end is known."""
    held = rotation.who_is_on_call(schedule, now)
    horizon = now + _SHOWN_FOR
    shifts = rotation.shifts(schedule, now, horizon)
    tones = _tones(shifts)
    listed = [shift for shift in shifts if shift.ends_at < horizon][:_LISTED]
    return ScheduleView(
        name=schedule.name,
        team=schedule.team or "",
        time_zone=schedule.time_zone,
        people=", ".join(held.users),
        until=held.until,
        reason=held.reason,
        shifts=tuple(
            ShiftView(
                people=", ".join(shift.users),
                tone=tones[shift.users],
                starts_at=held.since or now if shift.starts_at <= now else shift.starts_at,
                ends_at=shift.ends_at,
                is_override=shift.source is Source.OVERRIDE,
            )
            for shift in listed
        ),
        bars=tuple(_bar(shift, tones[shift.users], now) for shift in shifts),
    )


def _tones(shifts: list[Shift]) -> dict[tuple[str, ...], str]:
    """The same people have the same tone throughout; a gap has its own."""
    people = list(dict.fromkeys(shift.users for shift in shifts if shift.users))
    return {(): "gap", **{users: str(number % _TONES) for number, users in enumerate(people)}}


def _bar(shift: Shift, tone: str, now: datetime) -> BarView:
    x, end = (round((at - now) / _SHOWN_FOR * _WIDE) for at in (shift.starts_at, shift.ends_at))
    return BarView(x, max(end - x, 1), tone, ", ".join(shift.users) or "nobody")
