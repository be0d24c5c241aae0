"""What is pressed about handing a role on in the room: offer it, accept or decline it, take it back (ROL-3)."""

from litestar import post
from litestar.params import FromPath

from tocsin.incidents import handoffs
from tocsin.incidents.roles import RoleName, read_role
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenVisit
from tocsin.surfaces.web.pages.incidents.respond import Answer, done, respond_to
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import Form, viewer_of


@post("/incidents/{ref:str}/handoff")
async def offer_handoff(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """The viewer offers a role of theirs, with the brief as they have edited it."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "hand on roles of")
        to, brief, actor = form.get("to", "").strip(), form.get("brief", ""), viewer_of(visit).actor
        await handoffs.offer_handoff(tx, incident.id, to, actor, brief, role=_role(form))
    return done(request, incident)


@post("/incidents/{ref:str}/handoff/accept")
async def accept_handoff(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """It is the viewer's now."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "hand on roles of")
        words = form.get("words", "")
        await handoffs.accept_handoff(tx, incident.id, viewer_of(visit).actor, words, role=_role(form))
    return done(request, incident)


@post("/incidents/{ref:str}/handoff/decline")
async def decline_handoff(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """The viewer cannot; what was typed is why."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "hand on roles of")
        await handoffs.decline_handoff(tx, incident.id, viewer_of(visit).actor, form.get("words", ""))
    return done(request, incident)


@post("/incidents/{ref:str}/handoff/withdraw")
async def withdraw_handoff(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """The viewer keeps it after all."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "hand on roles of")
        await handoffs.withdraw_handoff(tx, incident.id, viewer_of(visit).actor)
    return done(request, incident)


def _role(form: Form) -> RoleName | None:
    return read_role(form["role"]) if form.get("role") else None
