"""What is pressed in the room to speak to the pager (PAG-4, ALR-9): decline, escalate, snooze, hand over, ask for help.

Each answers as the room's other buttons do (`incidents.respond`).
"""

from datetime import timedelta

from litestar import post
from litestar.params import FromPath

from tocsin.kernel.errors import Invalid
from tocsin.paging import commands, handing_over, marking, snoozing
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenVisit
from tocsin.surfaces.web.pages.incidents.respond import Answer, done, respond_to
from tocsin.surfaces.web.pages.paging.pager import SNOOZES
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of


@post("/incidents/{ref:str}/decline")
async def decline(request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Answer:
    """Not me: the next is called."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "decline pages of")
        await commands.decline(tx, incident.id, viewer_of(visit).actor, form.get("reason", "").strip())
    return done(request, incident)


@post("/incidents/{ref:str}/escalate")
async def escalate(request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Answer:
    """The next step is called now."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "escalate")
        await commands.escalate(tx, incident.id, viewer_of(visit).actor, form.get("reason", "").strip())
    return done(request, incident)


@post("/incidents/{ref:str}/snooze")
async def snooze(request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Answer:
    """The viewer has it and wants quiet for one of the lengths that the room offers."""
    offered = {str(minutes): timedelta(minutes=minutes) for minutes, _ in SNOOZES}
    quiet = offered.get(form.get("minutes", ""))
    if quiet is None:
        raise Invalid("No length of time was chosen.", "Go back and choose one.", field="minutes")
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "snooze")
        reason = form.get("reason", "").strip()
        await snoozing.snooze(tx, incident.id, viewer_of(visit).actor, "web", quiet, reason)
    return done(request, incident)


@post("/incidents/{ref:str}/reassign")
async def reassign(request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Answer:
    """Somebody else is called to take it."""
    to = form.get("to", "").strip()
    if not to:
        raise Invalid("Nobody was named.", "Go back and name a person or a schedule.", field="to")
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "hand over")
        reason = form.get("reason", "").strip()
        await handing_over.reassign(tx, incident.id, to, viewer_of(visit).actor, reason)
    return done(request, incident)


@post("/incidents/{ref:str}/responders")
async def add_responders(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """People are called beside; `names` holds them with spaces or commas between."""
    names = form.get("names", "").replace(",", " ").split()
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "ask for help with")
        reason = form.get("reason", "").strip()
        await handing_over.add_responders(tx, incident.id, names, viewer_of(visit).actor, reason)
    return done(request, incident)


@post("/incidents/{ref:str}/actionable")
async def mark(request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Answer:
    """Whether there was something to do for the viewer's page."""
    said = form.get("actionable")
    if said not in {"yes", "no"}:
        raise Invalid("Neither yes nor no was said.", "Go back and press one.", field="actionable")
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "mark pages of")
        await marking.mark(tx, incident.id, viewer_of(visit).actor, actionable=said == "yes")
    return done(request, incident)
