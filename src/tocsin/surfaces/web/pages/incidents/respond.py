"""What is pressed in the room: acknowledge, change status. Writing there is in `write`, resolving in `verification`.

Each answers a form with the way back to the room, and the page's script with nothing: the stream shows what happened.
"""

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.incidents import details
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident, Status
from tocsin.kernel.errors import Invalid
from tocsin.kernel.tx import Tx
from tocsin.paging import commands
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenVisit
from tocsin.surfaces.web.incident_lines import incident_path
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import Form, viewer_of
from tocsin.verification import resolving

Answer = Redirect | Response[None]
"""Back to the room, or nothing for the page's script (`done`)."""


@post("/incidents/{ref:str}/acknowledge")
async def acknowledge(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """The viewer takes it; escalation stops for everyone."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "acknowledge")
        await commands.acknowledge(tx, incident.id, viewer_of(visit).actor, "web")
    return done(request, incident)


@post("/incidents/{ref:str}/status")
async def change_status(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """A move of LIF-1 with its reason; resolving and closing are some, by their own conditions."""
    after = form.get("status", "")
    if after not in set(Status):
        raise Invalid("No status was chosen.", "Go back and choose one.", field="status")
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "change the status of")
        actor, reason = viewer_of(visit).actor, form.get("reason", "").strip()
        if form.get("cause_category"):
            await details.name_cause(tx, incident.id, form["cause_category"], actor)
        override = form.get("override") == "yes"
        await resolving.change_status(tx, incident.id, Status(after), actor, reason, override=override)
    return done(request, incident)


def worth_it(form: Form) -> bool | None:
    """What the form says about the page (ALR-9); None: nothing."""
    return {"yes": True, "no": False}.get(form.get("actionable", ""))


async def respond_to(tx: Tx, ref: str, visit: Visit, what: str) -> Incident:
    """The incident, if this viewer may see it and act on it. Raises NotFound or Forbidden."""
    return await incidents.get_incident_to(tx.conn, viewer_of(visit), ref, f"{what} {ref}")


def done(request: AnyRequest, incident: Incident) -> Answer:
    """Back to the room; its script needs no more than that it is done."""
    if request.headers.get("hx-request"):
        return Response(None, status_code=204)
    return Redirect(incident_path(incident.number), status_code=303)
