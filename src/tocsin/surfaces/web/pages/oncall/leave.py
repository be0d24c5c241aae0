"""Leave: who is away when, which shifts that touches, and the form that says when somebody cannot be on call."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission, Role, Viewer
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import local_of
from tocsin.oncall import leave, permission
from tocsin.oncall.absence import OF_PERSON
from tocsin.oncall.change_model import Interval, Leave, LeaveDraft
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.swaps.list import number_of
from tocsin.surfaces.web.pages.swaps.rows import ShiftRow, shift_rows
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.spans import read_local
from tocsin.surfaces.web.visits import viewer_of

PATH = "/oncall/leave"
LOOK_AHEAD = timedelta(days=366)
_FIELDS = {"starts_at": "from", "ends_at": "to"}
"""Where the form has what the use case calls differently."""


class LeaveForm(msgspec.Struct, frozen=True, kw_only=True):
    """The fields as typed: `begins` and `ends` are local times of the viewer. `cover`: the teams are asked at once."""

    user: str = ""
    begins: str = ""
    ends: str = ""
    reason: str = ""
    cover: bool = True


class LeaveRow(msgspec.Struct, frozen=True, kw_only=True):
    """`shifts` are those that somebody else should take, for who may do something about it; `calendar` is where it
    was read, else empty."""

    number: int
    user: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    calendar: str
    by: str
    can_end: bool
    is_under_way: bool
    shifts: tuple[ShiftRow, ...]


class LeaveView(msgspec.Struct, frozen=True, kw_only=True):
    """`people` are those for whom this viewer may speak, themselves first; empty: for nobody."""

    form: LeaveForm
    people: tuple[str, ...]
    rows: tuple[LeaveRow, ...]


@get(PATH)
async def show_leave(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page, its form filled in for oneself and tomorrow."""
    async with db.connection() as conn:
        view = await _view(conn, visit, _usual(viewer_of(visit), visit))
    return pages.page("oncall/leave.html", visit, view=view)


@post(PATH)
async def add_leave(visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb) -> Response[str] | Redirect:
    """To the page, which shows what it touches, or the form again with what is wrong."""
    viewer, sent = viewer_of(visit), sent_form(form)
    viewer.require(Permission.SCHEDULE, "enter leave")
    try:
        async with db.transaction() as tx:
            entered = await leave.add_leave(tx, viewer, wanted(sent, visit.times.zone), ask_cover=sent.cover)
    except Invalid as refusal:
        problem = Invalid(refusal.message, refusal.remedy, field=_FIELDS.get(refusal.field or "", refusal.field))
    else:
        return Redirect(f"{PATH}#leave-{entered.leave.id}", status_code=303)
    async with db.connection() as conn:
        view = await _view(conn, visit, sent)
    return pages.page("oncall/leave.html", visit, status=400, view=view, problem=problem)


@post(f"{PATH}/{{number:str}}/end")
async def end_leave(number: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """One under way ends now, one to come is gone."""
    async with db.transaction() as tx:
        await leave.end_leave(tx, viewer_of(visit), number_of(number))
    return Redirect(PATH, status_code=303)


def sent_form(fields: Mapping[str, str]) -> LeaveForm:
    return LeaveForm(
        user=fields.get("user", "").strip().removeprefix("@"),
        begins=fields.get("from", ""),
        ends=fields.get("to", ""),
        reason=fields.get("reason", ""),
        cover="cover" in fields,
    )


def wanted(form: LeaveForm, zone: ZoneInfo) -> LeaveDraft:
    """Raises Invalid that names the field."""
    return LeaveDraft(
        user=form.user,
        starts_at=read_local(form.begins, zone, "from"),
        ends_at=read_local(form.ends, zone, "to"),
        reason=form.reason,
    )


def leave_row(one: Leave, now: datetime, shifts: Sequence[ShiftRow], *, may_act: bool) -> LeaveRow:
    return LeaveRow(
        number=one.id,
        user=one.user,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        reason=one.reason,
        calendar=one.source.removeprefix("calendar:") if one.source != OF_PERSON else "",
        by=one.entered_by,
        can_end=may_act and one.source == OF_PERSON,
        is_under_way=one.starts_at <= now,
        shifts=tuple(shifts),
    )


def _usual(viewer: Viewer, visit: Visit) -> LeaveForm:
    tomorrow = local_of(visit.times.now, visit.times.zone).date() + timedelta(days=1)
    begins, ends = (datetime.combine(day, time()) for day in (tomorrow, tomorrow + timedelta(days=1)))
    return LeaveForm(user=viewer.name, begins=f"{begins:%Y-%m-%dT%H:%M}", ends=f"{ends:%Y-%m-%dT%H:%M}")


async def _view(conn: Conn, visit: Visit, form: LeaveForm) -> LeaveView:
    viewer, now = viewer_of(visit), visit.times.now
    people = await _people_for(conn, viewer)
    found = await leave.list_leave_for(conn, viewer, now, now + LOOK_AHEAD)
    rows = [await _row(conn, one, visit, may_act=one.user in people) for one in found]
    return LeaveView(form=form, people=people, rows=tuple(rows))


async def _row(conn: Conn, one: Leave, visit: Visit, *, may_act: bool) -> LeaveRow:
    now, zone = visit.times.now, visit.times.zone.key
    span = Interval(max(one.starts_at, now), one.ends_at)
    touched = await leave.shifts_within(conn, one.user, span) if may_act else []
    return leave_row(one, now, shift_rows(touched, (), zone, of=one.user), may_act=may_act)


async def _people_for(conn: Conn, viewer: Viewer) -> tuple[str, ...]:
    """For whom this viewer may enter leave, themselves first."""
    if not viewer.may(Permission.SCHEDULE):
        return ()
    led = await permission.people_led(conn, viewer)
    everybody = viewer.role.rank >= Role.MANAGER.rank
    known = [user.name for user in await accounts.list_users(conn) if not user.is_disabled]
    return (viewer.name, *(name for name in known if name != viewer.name and (everybody or name in led)))
