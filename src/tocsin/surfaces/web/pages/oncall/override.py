"""Put somebody on call for a while: the form as a page of its own, and what the calendar's small form sends.

Times are on the clock of the schedule, whose hand-overs they are about.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Permission, Viewer
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.localtime import local_of, zone_of
from tocsin.oncall import changes, permission, rotation
from tocsin.oncall import service as oncall
from tocsin.oncall.change_model import OverrideDraft
from tocsin.oncall.model import Part, Schedule, Shift
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.oncall.calendar_frame import place_of
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.spans import read_local, write_local
from tocsin.surfaces.web.visits import viewer_of

_FIELDS = {"starts_at": "from", "ends_at": "to"}
"""Where the form has what the use case calls differently."""
_USUAL = timedelta(hours=8)
_LISTED = 5
_MOST_DIGITS = 18
_LOOK = timedelta(days=62)

PARTS = (
    (Part.INSTEAD, "instead of whoever is on call"),
    (Part.BESIDE, "beside whoever is on call"),
    (Part.SHADOW, "as a shadow, who is not paged"),
)


class OverrideForm(msgspec.Struct, frozen=True, kw_only=True):
    """The fields as typed: `begins` and `ends` are local times of the schedule, `back` where one came from."""

    user: str = ""
    begins: str = ""
    ends: str = ""
    part: str = Part.INSTEAD
    instead_of: str = ""
    reason: str = ""
    anyway: str = ""
    back: str = ""


class OverrideView(msgspec.Struct, frozen=True, kw_only=True):
    """`people` are whom this viewer may put on call. `then` is who is on call in that time as it is."""

    schedule: str
    time_zone: str
    place: str
    form: OverrideForm
    people: tuple[str, ...]
    replaceable: tuple[str, ...]
    then: tuple[Shift, ...]
    is_elsewhere: bool
    parts: tuple[tuple[Part, str], ...] = PARTS


@get("/oncall/{schedule:str}/override")
async def show_override(
    schedule: FromPath[str], request: AnyRequest, visit: GivenVisit, pages: GivenPages, db: GivenDb
) -> Response[str]:
    """The form, filled in from the address: `user`, `from`, `to`, `reason`; otherwise for oneself, from now on."""
    viewer = _who_may(visit)
    async with db.connection() as conn:
        found = await oncall.get_schedule(conn, schedule, visit.times.now)
        form = filled_in(sent_form(request.query_params), viewer, visit.times.now, zone_of(found.time_zone))
        view = await _view(conn, viewer, found, form, visit)
    return pages.page("oncall/override.html", visit, view=view)


@post("/oncall/{schedule:str}/override")
async def add_override(
    schedule: FromPath[str], request: AnyRequest, visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str] | Redirect:
    """Back to where one came from, or the form again with what is wrong; a live page is told in a sentence."""
    viewer, sent = _who_may(visit), sent_form(form)
    try:
        async with db.transaction() as tx:
            zone = zone_of((await oncall.get_schedule(tx.conn, schedule, tx.now)).time_zone)
            await changes.add_override(tx, viewer, wanted(schedule, sent, zone), sent.anyway)
    except (Invalid, Refused) as refusal:
        if request.headers.get("hx-request"):
            raise
        problem = Invalid(refusal.message, refusal.remedy, field=_FIELDS.get(refusal.field or "", refusal.field))
    else:
        return Redirect(way_back(schedule, sent), status_code=303)
    async with db.connection() as conn:
        found = await oncall.get_schedule(conn, schedule, visit.times.now)
        view = await _view(conn, viewer, found, sent, visit)
    return pages.page("oncall/override.html", visit, status=400, view=view, problem=problem)


@post("/oncall/overrides/{number:str}/end")
async def end_override(
    number: FromPath[str], visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str] | Redirect:
    """One under way ends now, one to come is gone; back to its schedule. What would break asks why first."""
    viewer = _who_may(visit)
    if not number.isdecimal() or len(number) > _MOST_DIGITS:
        raise NotFound(f"There is no override {number[:40]!r}.")
    try:
        async with db.transaction() as tx:
            ended = await changes.end_override(tx, viewer, int(number), form.get("anyway", ""))
    except Refused as refusal:
        if refusal.field != "anyway":
            raise
        return pages.page("oncall/end_override.html", visit, status=409, view=int(number), problem=refusal)
    return Redirect(f"/oncall/{quote(ended.schedule)}", status_code=303)


def sent_form(fields: Mapping[str, str]) -> OverrideForm:
    return OverrideForm(
        user=fields.get("user", "").strip().removeprefix("@"),
        begins=fields.get("from", ""),
        ends=fields.get("to", ""),
        part=fields.get("part", "") or Part.INSTEAD,
        instead_of=fields.get("instead_of", ""),
        reason=fields.get("reason", ""),
        anyway=fields.get("anyway", ""),
        back=fields.get("back", ""),
    )


def filled_in(form: OverrideForm, viewer: Viewer, now: datetime, zone: ZoneInfo) -> OverrideForm:
    """For oneself and from now on for some hours, where the address says nothing else."""
    begins = form.begins or write_local(now, zone)
    ends = form.ends or write_local(read_local(begins, zone, "from") + _USUAL, zone)
    return msgspec.structs.replace(form, user=form.user or viewer.name, begins=begins, ends=ends)


def wanted(schedule: str, form: OverrideForm, zone: ZoneInfo) -> OverrideDraft:
    """Raises Invalid that names the field; without a beginning it begins now."""
    if not form.ends:
        raise Invalid("The time at which it ends is missing.", "Fill it in.", field="to")
    if form.part not in tuple(Part):
        raise Invalid("How is not among the choices.", "Choose one.", field="part")
    return OverrideDraft(
        schedule=schedule,
        user=form.user,
        starts_at=read_local(form.begins, zone, "from") if form.begins else None,
        ends_at=read_local(form.ends, zone, "to"),
        part=Part(form.part),
        instead_of=form.instead_of or None,
        reason=form.reason,
    )


def way_back(schedule: str, form: OverrideForm) -> str:
    """The page of ours that one came from, else the week of the schedule's calendar."""
    if form.back.startswith("/oncall"):
        return form.back
    return "/oncall/calendar?" + urlencode({"view": "week", "at": form.begins[:10], "schedule": schedule})


def override_path(schedule: str, **fields: str) -> str:
    """The address of the form, filled in; the times are those of the schedule's clock."""
    return f"/oncall/{quote(schedule)}/override?" + urlencode({name: value for name, value in fields.items() if value})


def _who_may(visit: Visit) -> Viewer:
    viewer = viewer_of(visit)
    viewer.require(Permission.SCHEDULE, "change who is on call")
    return viewer


async def people_for(conn: Conn, viewer: Viewer, team: str | None) -> tuple[str, ...]:
    """Whom somebody may put on call in a team's schedule, themselves first."""
    if not await permission.leads(conn, viewer, team):
        return (viewer.name,)
    others = (user.name for user in await accounts.list_users(conn) if not user.is_disabled)
    return (viewer.name, *(name for name in others if name != viewer.name))


async def _view(conn: Conn, viewer: Viewer, schedule: Schedule, form: OverrideForm, visit: Visit) -> OverrideView:
    zone = zone_of(schedule.time_zone)
    then = _shifts_then(schedule, form, zone, visit.times.now)
    return OverrideView(
        schedule=schedule.name,
        time_zone=schedule.time_zone,
        place=place_of(zone),
        form=form,
        people=await people_for(conn, viewer, schedule.team),
        replaceable=tuple(dict.fromkeys(user for shift in then for user in shift.users)),
        then=then[:_LISTED],
        is_elsewhere=any(
            local_of(shift.starts_at, zone) != local_of(shift.starts_at, visit.times.zone) for shift in then
        ),
    )


def _shifts_then(schedule: Schedule, form: OverrideForm, zone: ZoneInfo, now: datetime) -> tuple[Shift, ...]:
    """Nothing where the times are none, or are longer than a form can say."""
    try:
        begins = read_local(form.begins, zone, "from") if form.begins else now
        ends = read_local(form.ends, zone, "to")
    except Invalid:
        return ()
    return tuple(rotation.shifts(schedule, begins, min(ends, begins + _LOOK)))
