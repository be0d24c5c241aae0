"""What is pressed about mitigations in the room: begin one, say what came of it, say that it made things worse."""

from litestar import post
from litestar.params import FromPath

from tocsin.kernel.errors import Invalid
from tocsin.mitigation import rules, service, worse
from tocsin.mitigation.model import MitigationDraft, Result
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenVisit
from tocsin.surfaces.web.pages.incidents.respond import Answer, done, respond_to
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of


@post("/incidents/{ref:str}/mitigations")
async def begin_mitigation(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """The viewer does something about it."""
    draft = MitigationDraft(
        what=form.get("what", ""),
        way_back=form.get("way_back"),
        dry_run=True if form.get("dry_run") else None,
        is_temporary=bool(form.get("temporary")),
    )
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "record mitigations of")
        is_identified = bool(form.get("identified"))
        await service.begin(tx, incident.id, draft, viewer_of(visit).actor, is_identified=is_identified)
    return done(request, incident)


@post("/incidents/{ref:str}/mitigations/{n:int}/finish")
async def finish_mitigation(
    request: AnyRequest, ref: FromPath[str], n: FromPath[int], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """It helped, or had no effect."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "record mitigations of")
        result = rules.read_result(form.get("result", ""))
        if result is Result.WORSE:
            raise Invalid("More is to be done when it made things worse.", "Go back and press that.", field="result")
        await service.finish(tx, incident.id, n, result, viewer_of(visit).actor, form.get("note", ""))
    return done(request, incident)


@post("/incidents/{ref:str}/mitigations/{n:int}/worse")
async def made_worse(
    request: AnyRequest, ref: FromPath[str], n: FromPath[int], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """In one act; who is named is called, else the next step."""
    helpers = form.get("helpers", "").replace(",", " ").split()
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "record mitigations of")
        actor, note = viewer_of(visit).actor, form.get("note", "")
        await worse.made_worse(tx, incident.id, n, actor, note, helpers=helpers)
    return done(request, incident)
