"""Who is on call in each schedule, why, until when, and who comes next; gaps are promises about to break."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec
from litestar import get
from litestar.response import Response

from tocsin.oncall import rotation
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Schedule, Shift, Source
from tocsin.paging import policies
from tocsin.paging.model import Policy
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.oncall.naming import policies_naming

_SHOWN_FOR = timedelta(days=28)
_LISTED = 6
_GAPS_LISTED = 3
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
    names: tuple[str, ...]
    people: str
    until: datetime | None
    reason: str
    shifts: tuple[ShiftView, ...]
    bars: tuple[BarView, ...]


class GapsView(msgspec.Struct, frozen=True, kw_only=True):
    """The first times at which nobody is on call in a schedule that policies name, and how many follow."""

    schedule: str
    policies: tuple[str, ...]
    gaps: tuple[tuple[datetime, datetime], ...]
    more: int


class OnCallView(msgspec.Struct, frozen=True, kw_only=True):
    schedules: tuple[ScheduleView, ...]
    gaps: tuple[GapsView, ...]
    days: int = _SHOWN_FOR.days


@get("/oncall")
async def show_on_call(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page."""
    now = visit.times.now
    async with db.connection() as conn:
        schedules = await oncall.list_schedules(conn, now)
        ladders = [stored.policy for stored in await policies.list_policies(conn)]
    view = OnCallView(
        schedules=tuple(schedule_view(schedule, now) for schedule in schedules),
        gaps=tuple(filter(None, (gaps_view(schedule, ladders, now) for schedule in schedules))),
    )
    return pages.page("oncall/show.html", visit, view=view)


def gaps_view(schedule: Schedule, ladders: Iterable[Policy], now: datetime) -> GapsView | None:
    """None where nothing is missing, or where no policy would notice."""
    named_by = policies_naming(schedule.name, ladders)
    gaps = rotation.gaps(schedule, now, now + _SHOWN_FOR) if named_by else []
    if not gaps:
        return None
    return GapsView(
        schedule=schedule.name,
        policies=named_by,
        gaps=tuple((gap.starts_at, gap.ends_at) for gap in gaps[:_GAPS_LISTED]),
        more=max(0, len(gaps) - _GAPS_LISTED),
    )


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
        names=held.users,
        people=", ".join(held.users),
        # A gap lasts until somebody comes, however often nobody's turn begins meanwhile.
        until=held.until if held.users or not listed else listed[0].ends_at,
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
