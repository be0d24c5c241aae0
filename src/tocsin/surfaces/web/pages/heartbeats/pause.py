"""Pause a heartbeat while somebody works on what sends it, and wait for it again before the pause is over."""

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.accounts.model import Permission, Viewer
from tocsin.alerts import heartbeat_service
from tocsin.alerts.heartbeats import Pause
from tocsin.kernel.errors import Invalid
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.pages.heartbeats.lines import heartbeat_path
from tocsin.surfaces.web.pages.heartbeats.show import PauseForm, load_view
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.spans import Span, read_span
from tocsin.surfaces.web.visits import viewer_of


@post("/heartbeats/{name:str}/pause")
async def pause_heartbeat(
    name: FromPath[str], visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str] | Redirect:
    """To its page, which says with which field something is wrong."""
    viewer = _who_may(visit)
    typed = PauseForm(length=form.get("length", ""), reason=form.get("reason", "").strip())
    try:
        async with db.transaction() as tx:
            _, ends_at = read_span(Span(length=typed.length), tx.now, visit.times.zone)
            await heartbeat_service.pause(tx, viewer, name, Pause(ends_at=ends_at, reason=typed.reason))
    except Invalid as refusal:
        problem = refusal
    else:
        return Redirect(heartbeat_path(name), status_code=303)
    async with db.connection() as conn:
        view = await load_view(conn, visit, name, site.public_url)
    return pages.page("heartbeats/show.html", visit, status=400, view=view, typed=typed, problem=problem)


@post("/heartbeats/{name:str}/resume")
async def resume_heartbeat(name: FromPath[str], visit: GivenVisit, db: GivenDb) -> Redirect:
    """To its page."""
    async with db.transaction() as tx:
        await heartbeat_service.resume(tx, _who_may(visit), name)
    return Redirect(heartbeat_path(name), status_code=303)


def _who_may(visit: Visit) -> Viewer:
    viewer = viewer_of(visit)
    viewer.require(Permission.SILENCE, "pause heartbeats")
    return viewer
