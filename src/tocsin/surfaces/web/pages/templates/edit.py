"""One template: its wording, what it makes of the sample or of an incident, and the way back to how it ships."""

from datetime import datetime

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.accounts.model import Permission, Viewer
from tocsin.comms import wording
from tocsin.comms.fields import FIELDS
from tocsin.comms.model import Rendered, Template, TemplateKind, Wording
from tocsin.comms.previews import preview_template
from tocsin.delivery.wording import addressed
from tocsin.incidents import service as incidents
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound, TocsinError
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.visits import Form, viewer_of


class EditView(msgspec.Struct, frozen=True, kw_only=True):
    """`wording` is what stands in the form, `preview` what it makes; None: it has a problem, which stands beside it.
    `incident` is that of the preview, empty: the sample.
    """

    template: Template
    wording: Wording
    fields: tuple[tuple[str, str], ...]
    incident: str
    preview: Rendered | None
    may_edit: bool


@get("/settings/templates/{kind:str}")
async def show_template(
    kind: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """The form, with the sample below it."""
    async with db.connection() as conn:
        template = await wording.get_template(conn, _kind(kind))
        preview, problem = await _preview(conn, viewer_of(visit), template.kind, template.wording, "", visit.times.now)
    view = _view(visit, template, template.wording, "", _addressed(preview, site.public_url))
    return pages.page("templates/edit.html", visit, view=view, problem=problem)


@post("/settings/templates/{kind:str}")
async def change_template(
    kind: FromPath[str], visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str] | Redirect:
    """To the list, or the form again: with what is wrong, or with the preview that was asked for."""
    viewer, sent, incident = _who_may(visit), _sent(form), form.get("incident", "").strip()
    wanted = "preview" in form
    if not wanted:
        try:
            async with db.transaction() as tx:
                await wording.edit_template(tx, _kind(kind), sent, viewer.actor)
            return Redirect("/settings/templates", status_code=303)
        except Invalid:
            incident = ""
    async with db.connection() as conn:
        template = await wording.get_template(conn, _kind(kind))
        preview, problem = await _preview(conn, viewer, template.kind, sent, incident, visit.times.now)
    view = _view(visit, template, sent, incident, _addressed(preview, site.public_url))
    return pages.page("templates/edit.html", visit, status=400 if problem else 200, view=view, problem=problem)


@post("/settings/templates/{kind:str}/reset")
async def reset_template(kind: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """It is worded as it ships again."""
    viewer = _who_may(visit)
    async with db.transaction() as tx:
        await wording.reset_template(tx, _kind(kind), viewer.actor)
    return Redirect("/settings/templates", status_code=303)


def _who_may(visit: Visit) -> Viewer:
    viewer = viewer_of(visit)
    viewer.require(Permission.TEMPLATES, "change templates")
    return viewer


def _kind(text: str) -> TemplateKind:
    if text not in set(TemplateKind):
        raise NotFound(f"There is no template {text[:40]!r}.", "The list at /settings/templates names them.")
    return TemplateKind(text)


def _sent(form: Form) -> Wording:
    return Wording(form.get("subject", "").strip(), form.get("body", "").replace("\r\n", "\n"))


async def _preview(
    conn: Conn, viewer: Viewer, kind: TemplateKind, wanted: Wording, ref: str, now: datetime
) -> tuple[Rendered | None, TocsinError | None]:
    """What it makes, or what is wrong with it or with the incident that was named."""
    try:
        incident = await incidents.get_incident(conn, viewer, ref) if ref else None
        return await preview_template(conn, kind, wanted, incident, now), None
    except NotFound as unknown:
        return None, NotFound(unknown.message, "Name another, or none for the sample.", field="incident")
    except Invalid as wrong:
        field = "incident" if wrong.field == "id" else wrong.field
        return None, Invalid(wrong.message, wrong.remedy, field=field)


def _addressed(preview: Rendered | None, public_url: str) -> Rendered | None:
    if preview is None:
        return None
    return msgspec.structs.replace(preview, body=addressed(preview.body, public_url))


def _view(visit: Visit, template: Template, shown: Wording, incident: str, preview: Rendered | None) -> EditView:
    return EditView(
        template=template,
        wording=shown,
        fields=tuple((name, field.meaning) for name, field in FIELDS[template.kind].items()),
        incident=incident,
        preview=preview,
        may_edit=viewer_of(visit).may(Permission.TEMPLATES),
    )
