"""Write an update: a form of its own for who has no script, its preview, and the posting (COM-1)."""

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.comms import updates
from tocsin.comms.model import Preview
from tocsin.delivery.wording import addressed
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid
from tocsin.kernel.ids import incident_ref
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.incident_lines import incident_path
from tocsin.surfaces.web.pages.incidents.respond import done, respond_to
from tocsin.surfaces.web.pages.incidents.update_form import UpdateForm, draft_of, sent
from tocsin.surfaces.web.pages.incidents.updates_part import SheetView, sheet_view
from tocsin.surfaces.web.render import Pages, Visit
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of


class WriteView(msgspec.Struct, frozen=True, kw_only=True):
    """The page: the form, and what it would send, once that was asked for."""

    ref: str
    path: str
    title: str
    sheet: SheetView
    preview: Preview | None
    body: str


@get("/incidents/{ref:str}/update")
async def show_update(
    ref: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """The form on a page of its own, filled in from what the records know."""
    viewer = viewer_of(visit)
    async with db.connection() as conn:
        incident = await incidents.get_incident_to(conn, viewer, ref, f"post an update on {ref}")
        return await _page(conn, pages, visit, incident, site.public_url)


@post("/incidents/{ref:str}/updates/preview")
async def preview_update(
    ref: FromPath[str], visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """What would be sent, or what is wrong, as a part of the sheet."""
    preview, body, problem = None, "", None
    try:
        async with db.transaction() as tx:
            incident = await respond_to(tx, ref, visit, "post an update on")
            draft = draft_of(sent(form), tx.now)
            preview = await updates.preview(tx.conn, incident, draft, viewer_of(visit).actor, tx.now)
        body = addressed(preview.rendered.body, site.public_url)
    except Invalid as refusal:
        problem = refusal
    return pages.page("incidents/_update_preview.html", visit, view=preview, body=body, problem=problem)


@post("/incidents/{ref:str}/updates")
async def post_update(
    request: AnyRequest,
    ref: FromPath[str],
    visit: GivenVisit,
    form: GivenForm,
    pages: GivenPages,
    db: GivenDb,
    site: GivenSite,
) -> Response[str] | Response[None] | Redirect:
    """Back to the room; or the form again, with what is wrong or with the preview that was asked for. The room's script
    reads a refusal as such.
    """
    viewer, typed = viewer_of(visit), sent(form)
    problem, shown = None, None
    try:
        async with db.transaction() as tx:
            incident = await respond_to(tx, ref, visit, "post an update on")
            draft = draft_of(typed, tx.now)
            if "preview" not in form:
                await updates.post_update(tx, incident.id, draft, viewer.actor)
                return done(request, incident)
            shown = await updates.preview(tx.conn, incident, draft, viewer.actor, tx.now)
    except Invalid as refusal:
        if request.headers.get("hx-request"):
            raise
        problem = refusal
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        return await _page(conn, pages, visit, incident, site.public_url, form=typed, preview=shown, problem=problem)


async def _page(
    conn: Conn,
    pages: Pages,
    visit: Visit,
    incident: Incident,
    public_url: str,
    *,
    form: UpdateForm | None = None,
    preview: Preview | None = None,
    problem: Invalid | None = None,
) -> Response[str]:
    view = WriteView(
        ref=incident_ref(incident.number),
        path=incident_path(incident.number),
        title=incident.title,
        sheet=await sheet_view(conn, incident, form),
        preview=preview,
        body=addressed(preview.rendered.body, public_url) if preview is not None else "",
    )
    return pages.page("incidents/update.html", visit, status=400 if problem else 200, view=view, problem=problem)
