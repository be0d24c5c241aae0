"""Set a silence, change one, end one; and what its matchers would cover, while they are being typed."""

from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.accounts.model import Permission, Viewer
from tocsin.alerts import reading, silences
from tocsin.alerts.silencing import Silence
from tocsin.db.database import Database
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, TocsinError
from tocsin.kernel.tx import Tx
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.matcher_lines import read_matchers
from tocsin.surfaces.web.pages.alerts.lines import silence_path
from tocsin.surfaces.web.pages.alerts.show import alert_number
from tocsin.surfaces.web.pages.silences.covered import Covered, covered_by, list_firing
from tocsin.surfaces.web.pages.silences.form import (
    SilenceForm,
    blank_form,
    form_for_alert,
    form_of,
    sent_form,
    wanted_silence,
)
from tocsin.surfaces.web.pages.silences.show import get_silence
from tocsin.surfaces.web.render import Pages, Visit
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import Form, viewer_of


class EditView(msgspec.Struct, frozen=True, kw_only=True):
    """`covered` None: what stands there are no matchers. `action` is where the form goes."""

    form: SilenceForm
    covered: Covered | None
    action: str
    title: str
    button: str


@get("/silences/new")
async def show_new_silence(request: AnyRequest, visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The form; `alert=` fills in the labels of an alert, `match=` any matchers."""
    viewer = _who_may(visit)
    number = request.query_params.get("alert", "")
    async with db.connection() as conn:
        if number:
            form = form_for_alert(await reading.get_alert(conn, viewer, alert_number(number)))
        else:
            form = blank_form(request.query_params)
        view = await _view(conn, viewer, form, None)
    return pages.page("silences/edit.html", visit, view=view)


@post("/silences/new")
async def add_silence(visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb) -> Response[str] | Redirect:
    """To the page of the new silence, or the form again with what is wrong, or with what it would cover."""
    _who_may(visit)
    return await _save(visit, form, pages=pages, db=db, existing=None)


@get("/silences/{silence_id:str}/edit")
async def show_edit_silence(
    silence_id: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb
) -> Response[str]:
    """The same form, filled in with what the silence says."""
    viewer = _who_may(visit)
    async with db.connection() as conn:
        silence = await get_silence(conn, silence_id)
        filled = form_of(silence, visit.times.now, visit.times.zone)
        view = await _view(conn, viewer, filled, silence)
    return pages.page("silences/edit.html", visit, view=view)


@post("/silences/{silence_id:str}/edit")
async def change_silence(
    silence_id: FromPath[str], visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Response[str] | Redirect:
    """It keeps its id where history is not rewritten; other matchers or an ended one make a new silence."""
    _who_may(visit)
    async with db.connection() as conn:
        existing = await get_silence(conn, silence_id)
    return await _save(visit, form, pages=pages, db=db, existing=existing)


@post("/silences/{silence_id:str}/expire")
async def expire_silence(silence_id: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """It ends now; what it kept quiet and still fires is looked at again at once."""
    _who_may(visit)
    async with db.transaction() as tx:
        silence = await get_silence(tx.conn, silence_id)
        await silences.expire_silence(tx, UUID(silence.id), silence.integration_id)
    return Redirect(silence_path(silence.id), status_code=303)


@get("/silences/preview")
async def preview_silence(request: AnyRequest, visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """What the matchers in `matchers=` cover now, as a part of the form's page."""
    viewer = viewer_of(visit)
    try:
        matchers = read_matchers(request.query_params.get("matchers", ""), field="matchers")
    except Invalid as wrong:
        return pages.page("silences/_preview.html", visit, covered=None, wrong=wrong)
    async with db.connection() as conn:
        covered = covered_by(matchers, await list_firing(conn, viewer))
    return pages.page("silences/_preview.html", visit, covered=covered, wrong=None)


def _who_may(visit: Visit) -> Viewer:
    viewer = viewer_of(visit)
    viewer.require(Permission.SILENCE, "silence alerts")
    return viewer


async def _save(
    visit: Visit, form: Form, *, pages: Pages, db: Database, existing: Silence | None
) -> Response[str] | Redirect:
    viewer, sent, problem = viewer_of(visit), sent_form(form), None
    if "preview" not in form:
        try:
            async with db.transaction() as tx:
                silence_id = await _set(tx, sent, visit, existing)
            return Redirect(silence_path(silence_id), status_code=303)
        except Invalid as refusal:
            problem = refusal
    async with db.connection() as conn:
        view = await _view(conn, viewer, sent, existing)
    return _page_again(pages, visit, view, problem)


async def _set(tx: Tx, sent: SilenceForm, visit: Visit, existing: Silence | None) -> str:
    wanted = wanted_silence(sent, viewer_of(visit).actor, tx.now, visit.times.zone, existing)
    return await silences.set_silence(tx, wanted, existing.integration_id if existing else None)


def _page_again(pages: Pages, visit: Visit, view: EditView, problem: TocsinError | None) -> Response[str]:
    return pages.page("silences/edit.html", visit, status=400 if problem else 200, view=view, problem=problem)


async def _view(conn: Conn, viewer: Viewer, form: SilenceForm, existing: Silence | None) -> EditView:
    try:
        matchers = read_matchers(form.matchers, field="matchers")
    except Invalid:
        covered = None
    else:
        covered = covered_by(matchers, await list_firing(conn, viewer))
    return EditView(
        form=form,
        covered=covered,
        action=f"{silence_path(existing.id)}/edit" if existing else "/silences/new",
        title="Change the silence" if existing else "Silence alerts",
        button="Change" if existing else "Silence",
    )
