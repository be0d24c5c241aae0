"""An administrator takes the text of an entry back, on a page that says what that means (WAR-6)."""

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.accounts.model import Permission
from tocsin.incidents import redacting, timeline
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.incidents.record import RecordEntry
from tocsin.kernel.errors import Invalid
from tocsin.kernel.ids import incident_ref
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.incident_lines import incident_path
from tocsin.surfaces.web.pages.incidents.entries import redact_path
from tocsin.surfaces.web.visits import viewer_of


class RedactionView(msgspec.Struct, frozen=True, kw_only=True):
    """The entry, and where the form goes."""

    ref: str
    room_path: str
    action: str
    entry: RecordEntry


@get("/incidents/{ref:str}/entries/{entry:int}/redact")
async def show_redaction(
    ref: FromPath[str], entry: FromPath[int], visit: GivenVisit, pages: GivenPages, db: GivenDb
) -> Response[str]:
    """What goes, what stays, and the question why."""
    viewer = viewer_of(visit)
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        viewer.require(Permission.ADMINISTER, "redact entries")
        found = await timeline.find_entry(conn, incident, entry)
    return pages.page("incidents/redact.html", visit, view=_view(incident, found))


@post("/incidents/{ref:str}/entries/{entry:int}/redact")
async def redact_entry(
    ref: FromPath[str], entry: FromPath[int], visit: GivenVisit, form: GivenForm, pages: GivenPages, db: GivenDb
) -> Redirect | Response[str]:
    """For good; a refusal shows the form again."""
    viewer = viewer_of(visit)
    async with db.transaction() as tx:
        incident = await incidents.get_incident(tx.conn, viewer, ref)
        viewer.require(Permission.ADMINISTER, "redact entries")
        found = await timeline.find_entry(tx.conn, incident, entry)
        try:
            await redacting.redact(tx, incident, entry, viewer.actor, form.get("reason", ""))
        except Invalid as problem:
            return pages.page("incidents/redact.html", visit, status=400, view=_view(incident, found), problem=problem)
    return Redirect(incident_path(incident.number), status_code=303)


def _view(incident: Incident, entry: RecordEntry) -> RedactionView:
    return RedactionView(
        ref=incident_ref(incident.number),
        room_path=incident_path(incident.number),
        action=redact_path(incident.number, entry.id),
        entry=entry,
    )
