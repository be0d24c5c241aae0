"""What is pressed about who sees an incident: make it private, let others in, let somebody out (LIF-7).

Each answers as the room's other buttons do (`incidents.respond`); who leaves it oneself goes to Now.
"""

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.incidents import privacy
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenVisit
from tocsin.surfaces.web.pages.incidents.respond import Answer, done, respond_to
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of

_MOST = 20


@post("/incidents/{ref:str}/private")
async def make_private(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """Only its members see it from now on."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "make private")
        await privacy.make_private(tx, incident.id, viewer_of(visit).actor, form.get("reason", ""))
    return done(request, incident)


@post("/incidents/{ref:str}/members")
async def add_members(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """Names, by spaces or commas."""
    names = form.get("names", "").replace(",", " ").split()[:_MOST]
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "change who sees")
        await privacy.add_members(tx, incident.id, names, viewer_of(visit).actor)
    return done(request, incident)


@post("/incidents/{ref:str}/members/remove")
async def remove_member(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """They see it no more."""
    viewer, name = viewer_of(visit), form.get("name", "")
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "change who sees")
        await privacy.remove_member(tx, incident.id, name, viewer.actor)
    if name == viewer.name:
        to_now = {"HX-Redirect": "/"}
        return (
            Response(None, status_code=204, headers=to_now)
            if request.headers.get("hx-request")
            else Redirect("/", status_code=303)
        )
    return done(request, incident)
