"""The meeting about a postmortem: its agenda, the guide of whoever facilitates it, and the invitation (PMT-7)."""

from datetime import datetime

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.kernel.errors import Invalid, NotFound, Refused, TocsinError
from tocsin.kernel.tx import Tx
from tocsin.postmortems import meetings
from tocsin.postmortems.meeting import GROUND_RULES, TURNS, AgendaItem, Turn
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.postmortems.reading import Head, load_head, postmortem_path, work_on
from tocsin.surfaces.web.render import Pages, Visit
from tocsin.surfaces.web.spans import read_local, write_local
from tocsin.surfaces.web.visits import Form, viewer_of


class MeetingView(msgspec.Struct, frozen=True, kw_only=True):
    """`agenda` pairs each part with the minute at which it begins. `starts_at` None: there is no appointment.
    `typed_at` and `typed_people` stand in the form.
    """

    head: Head
    agenda: tuple[tuple[int, AgendaItem], ...]
    rules: tuple[str, ...]
    turns: tuple[Turn, ...]
    starts_at: datetime | None
    invited: tuple[str, ...]
    typed_at: str
    typed_people: str


@get("/postmortems/{ref:str}/meeting")
async def show_meeting(ref: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page, as it is used in the meeting, too."""
    return await _page(pages, visit, db, ref, {})


@post("/postmortems/{ref:str}/meeting")
async def invite(
    ref: FromPath[str], visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str] | Redirect:
    """Invitations go out, or the form comes again with what is wrong."""
    try:
        async with db.transaction() as tx:
            incident = await work_on(tx, visit, ref, "invite to")
            await _invite(tx, incident.id, visit, form)
    except (Invalid, Refused) as problem:
        return await _page(pages, visit, db, ref, form, problem)
    return Redirect(f"{postmortem_path(incident.number)}/meeting", status_code=303)


async def _invite(tx: Tx, incident_id: int, visit: Visit, form: Form) -> None:
    starts_at = read_local(form.get("starts_at", ""), visit.times.zone, "starts_at")
    names = [name.strip() for name in form.get("people", "").split(",") if name.strip()]
    try:
        await meetings.invite(tx, incident_id, starts_at, names, viewer_of(visit).actor)
    except NotFound as unknown:
        raise Invalid(unknown.message, unknown.remedy, field="people") from None


async def _page(
    pages: Pages, visit: Visit, db: GivenDb, ref: str, form: Form, problem: TocsinError | None = None
) -> Response[str]:
    async with db.connection() as conn:
        head = await load_head(conn, visit, ref)
        planned = await meetings.load(conn, head.postmortem)
    begins = [sum(item.minutes for item in planned.agenda[:n]) for n in range(len(planned.agenda))]
    zone = visit.times.zone
    view = MeetingView(
        head=head,
        agenda=tuple(zip(begins, planned.agenda, strict=True)),
        rules=GROUND_RULES,
        turns=TURNS,
        starts_at=planned.starts_at,
        invited=planned.invited,
        typed_at=form.get("starts_at") or (write_local(planned.starts_at, zone) if planned.starts_at else ""),
        typed_people=form.get("people", ""),
    )
    return pages.page("postmortems/meeting.html", visit, status=400 if problem else 200, view=view, problem=problem)
