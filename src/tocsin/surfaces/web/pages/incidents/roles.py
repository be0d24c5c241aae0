"""What is pressed about roles in the room: take one, give one, give one back, say how many work on it (ROL-1).

Each answers as the room's other buttons do (`incidents.respond`).
"""

from litestar import post
from litestar.params import FromPath

from tocsin.incidents import assigning, syncing
from tocsin.incidents.roles import read_role, read_team_size
from tocsin.kernel.errors import Invalid
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenVisit
from tocsin.surfaces.web.pages.incidents.respond import Answer, done, respond_to
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of


@post("/incidents/{ref:str}/roles")
async def assign_role(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """To the person who is named, else to the viewer."""
    viewer = viewer_of(visit)
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "assign roles of")
        user = form.get("user", "").strip() or viewer.name
        await assigning.assign(tx, incident.id, read_role(form.get("role", "")), user, viewer.actor)
    return done(request, incident)


@post("/incidents/{ref:str}/roles/release")
async def release_role(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """The viewer holds it no more."""
    viewer = viewer_of(visit)
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "assign roles of")
        await assigning.release(tx, incident.id, read_role(form.get("role", "")), viewer.name, viewer.actor)
    return done(request, incident)


@post("/incidents/{ref:str}/team-size")
async def set_team_size(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """Another set of roles from now on."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "change the team of")
        size = read_team_size(form.get("team_size", ""))
        await assigning.set_team_size(tx, incident.id, size, viewer_of(visit).actor)
    return done(request, incident)


@post("/incidents/{ref:str}/sync")
async def switch_sync(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """A large team is called together every half hour, or no more."""
    on = form.get("on")
    if on not in {"yes", "no"}:
        raise Invalid("Neither on nor off was said.", "Go back and press one.", field="on")
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "change the sync of")
        await syncing.switch(tx, incident.id, viewer_of(visit).actor, on=on == "yes")
    return done(request, incident)
