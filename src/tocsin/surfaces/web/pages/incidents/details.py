"""What is pressed in the sheets that set times, the ETA, the cause category and the link of the call (LIF-2, LIF-10,
LIF-11, WAR-4).

Times are typed on the viewer's own clock.
"""

from litestar import post
from litestar.params import FromPath

from tocsin.incidents import calling_in, details
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenVisit
from tocsin.surfaces.web.pages.incidents.respond import Answer, done, respond_to
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.spans import read_local
from tocsin.surfaces.web.visits import viewer_of


@post("/incidents/{ref:str}/time")
async def correct_instant(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """With a reason."""
    at = read_local(form.get("at", ""), visit.times.zone, "at")
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "correct the times of")
        name, reason = form.get("instant", ""), form.get("reason", "").strip()
        await details.correct_instant(tx, incident.id, name, at, viewer_of(visit).actor, reason)
    return done(request, incident)


@post("/incidents/{ref:str}/eta")
async def set_eta(request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Answer:
    """An empty time says that it is unknown."""
    typed = form.get("eta", "").strip()
    eta = read_local(typed, visit.times.zone, "eta") if typed else None
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "give an ETA for")
        await details.set_eta(tx, incident.id, eta, viewer_of(visit).actor, form.get("reason", "").strip())
    return done(request, incident)


@post("/incidents/{ref:str}/cause")
async def name_cause(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """One of the list."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "name the cause of")
        await details.name_cause(tx, incident.id, form.get("cause_category", ""), viewer_of(visit).actor)
    return done(request, incident)


@post("/incidents/{ref:str}/conference")
async def set_conference(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """Where people speak; an empty link is the organisation's own, or none."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "set the link of the call of")
        await calling_in.set_link(tx, incident.id, form.get("url", "").strip() or None, viewer_of(visit).actor)
    return done(request, incident)
