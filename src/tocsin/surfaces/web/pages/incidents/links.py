"""What is pressed about incidents that belong together: merge, split, link, unlink (LIF-6)."""

from litestar import post
from litestar.params import FromPath

from tocsin.incidents import linking, merging
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenVisit
from tocsin.surfaces.web.pages.incidents.respond import Answer, done, respond_to
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of


@post("/incidents/{ref:str}/merge")
async def merge(request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Answer:
    """Into the incident that is named."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "merge")
        into = await respond_to(tx, form.get("into", ""), visit, "merge into")
        await merging.merge(tx, incident.id, into.id, viewer_of(visit).actor, form.get("reason", ""))
    return done(request, incident)


@post("/incidents/{ref:str}/split")
async def split(request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Answer:
    """From the one that it is merged into."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "split")
        await merging.split(tx, incident.id, viewer_of(visit).actor, form.get("reason", ""))
    return done(request, incident)


@post("/incidents/{ref:str}/links")
async def link(request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Answer:
    """The one that is named is related, or the cause."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "link")
        other = await respond_to(tx, form.get("to", ""), visit, "link to")
        kind = linking.read_kind(form.get("kind", "related"))
        await linking.link(tx, incident.id, other.id, kind, viewer_of(visit).actor)
    return done(request, incident)


@post("/incidents/{ref:str}/unlink")
async def unlink(request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Answer:
    """From the one that is named."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "unlink")
        other = await respond_to(tx, form.get("to", ""), visit, "unlink from")
        await linking.unlink(tx, incident.id, other.id, viewer_of(visit).actor)
    return done(request, incident)
