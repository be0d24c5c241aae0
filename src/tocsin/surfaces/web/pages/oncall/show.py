"""Who is on call in each schedule, why, until when, and who comes next; gaps are promises about to break."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

import msgspec
from litestar import get
from litestar.response import Response

from tocsin.accounts import service as accounts
from tocsin.insights import reachability
from tocsin.insights import service as insights
from tocsin.insights.reachability_model import Marks
from tocsin.oncall import checking, rotation
from tocsin.oncall import service as oncall
from tocsin.oncall.model import Schedule, Shift, Source
from tocsin.paging import policies
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.oncall.checks import ChecksView, checks_view
from tocsin.surfaces.web.pages.oncall.load import WokenView, woken_view
from tocsin.surfaces.web.pages.oncall.naming import policies_naming, would_hurt
from tocsin.surfaces.web.tones import tones_of
from tocsin.surfaces.web.visits import viewer_of

SHOWN_FOR = timedelta(days=28)
_LISTED = 6
_WIDE = 1000


class ShiftView(msgspec.Struct, frozen=True, kw_only=True):
    """`people` empty: a gap. `tone` is that of their bars."""

    people: str
    tone: str
    starts_at: datetime
    ends_at: datetime
    is_under_way: bool
    is_override: bool


class BarView(msgspec.Struct, frozen=True):
    """A shift in the drawing, in thousandths of its width; `tone` is a class of the style sheet, that of a person."""

    x: int
    width: int
    tone: str
    words: str


class ScheduleView(msgspec.Struct, frozen=True, kw_only=True):
    """One schedule: now, why, until, then what comes; `next_people` are the next who take over, empty: nobody soon.
    `may_be_empty`: times without anybody are meant. `marks`: of whom nobody knows whether a page would wake them."""

    name: str
    team: str
    time_zone: str
    names: tuple[str, ...]
    people: str
    until: datetime | None
    reason: str
    next_people: str
    next_at: datetime | None
    may_be_empty: bool
    marks: Marks
    shifts: tuple[ShiftView, ...]
    bars: tuple[BarView, ...]


class OnCallView(msgspec.Struct, frozen=True, kw_only=True):
    schedules: tuple[ScheduleView, ...]
    woken: tuple[WokenView, ...]
    checks: ChecksView | None
    days: int = SHOWN_FOR.days


@get("/oncall")
async def show_on_call(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page."""
    now = visit.times.now
    async with db.connection() as conn:
        schedules = await oncall.list_schedules(conn, now)
        ladders = [stored.policy for stored in await policies.list_policies(conn)]
        tones = tones_of(await accounts.list_users(conn))
        woken = await insights.read_woken(conn, viewer_of(visit), now)
        report = await checking.report(conn, now, ahead=SHOWN_FOR)
        marks = await reachability.mark_schedules(conn, schedules, now)
    view = OnCallView(
        woken=tuple(woken_view(each) for each in woken),
        schedules=tuple(
            schedule_view(schedule, now, tones, marks[schedule.name], is_named=would_hurt(schedule, ladders))
            for schedule in schedules
        ),
        checks=checks_view(
            report.findings, {each.name: policies_naming(each.name, ladders) for each in schedules}, now
        ),
    )
    return pages.page("oncall/show.html", visit, view=view)


def schedule_view(
    schedule: Schedule, now: datetime, tones: Mapping[str, str], marks: Marks, *, is_named: bool = True
) -> ScheduleView:
    """What the page shows of one schedule; a shift is listed only if its end is known."""
    held = rotation.who_is_on_call(schedule, now)
    horizon = now + SHOWN_FOR
    shifts = without_shadows(rotation.shifts(schedule, now, horizon))
    following = next((shift for shift in shifts if shift.users and shift.users != held.users), None)
    until = next((shift.starts_at for shift in shifts if shift.users != held.users), None)
    listed = [shift for shift in shifts if shift.ends_at < horizon][:_LISTED]
    return ScheduleView(
        name=schedule.name,
        team=schedule.team or "",
        time_zone=schedule.time_zone,
        names=held.users,
        people=", ".join(held.users),
        until=until,
        reason=held.reason,
        next_people=", ".join(following.users) if following is not None else "",
        next_at=following.starts_at if following is not None else None,
        may_be_empty=schedule.may_have_gaps,
        marks=marks,
        shifts=tuple(
            ShiftView(
                people=", ".join(shift.users),
                tone=_tone(shift, tones, is_named=is_named),
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
                is_under_way=shift.starts_at <= now,
                is_override=shift.source is Source.OVERRIDE,
            )
            for shift in listed
        ),
        bars=tuple(_bar(shift, _tone(shift, tones, is_named=is_named), now) for shift in shifts),
    )


def without_shadows(shifts: Iterable[Shift]) -> list[Shift]:
    """One shift where only a shadow, or the layer that says it, comes or goes: nobody is handed anything then."""
    merged: list[Shift] = []
    for shift in shifts:
        if merged and (merged[-1].users, merged[-1].source) == (shift.users, shift.source):
            merged[-1] = msgspec.structs.replace(merged[-1], ends_at=shift.ends_at)
        else:
            merged.append(shift)
    return merged


def _tone(shift: Shift, tones: Mapping[str, str], *, is_named: bool) -> str:
    """Of several people that of the first; a gap is red where a policy would fall into it."""
    if shift.users:
        return tones.get(shift.users[0], "tone-0")
    return "tone-gap" if is_named else "tone-nobody"


def _bar(shift: Shift, tone: str, now: datetime) -> BarView:
    x, end = (round((at - now) / SHOWN_FOR * _WIDE) for at in (shift.starts_at, shift.ends_at))
    return BarView(x, max(end - x, 1), tone, ", ".join(shift.users) or "nobody")
