"""What is pressed about recovery in the room: run the checks, tick one, resolve (RES-1, RES-4).

Each answers as the room's other buttons do (`incidents.respond`).
"""

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.incidents import details
from tocsin.paging import marking
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenVisit
from tocsin.surfaces.web.pages.incidents.respond import done, respond_to, worth_it
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of
from tocsin.verification import resolving
from tocsin.verification import service as verification
from tocsin.verification.model import Resolution

Answer = Redirect | Response[None]


@post("/incidents/{ref:str}/checks")
async def run_checks(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """A worker runs them; the room shows what it found."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "run the checks of")
        await verification.ask_for_checks(tx, incident.id, viewer_of(visit).actor)
    return done(request, incident)


@post("/incidents/{ref:str}/checks/tick")
async def tick_check(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """The viewer has looked, and it is as it should be."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "tick a check of")
        await verification.tick(tx, incident.id, form.get("name", ""), viewer_of(visit).actor)
    return done(request, incident)


@post("/incidents/{ref:str}/resolve")
async def resolve(request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Answer:
    """Over, when it is true; else the room says what is waited for, or the refusal what is not met."""
    wish = Resolution(
        reason=form.get("reason", ""),
        resolution=form.get("resolution", "").strip() or None,
        root_cause=form.get("root_cause", "").strip() or None,
        override=form.get("override") == "yes",
    )
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "resolve")
        actor = viewer_of(visit).actor
        if form.get("cause_category"):
            await details.name_cause(tx, incident.id, form["cause_category"], actor)
        await resolving.resolve(tx, incident.id, actor, wish)
        await marking.mark_if_called(tx, incident.id, actor, actionable=worth_it(form))
    return done(request, incident)
