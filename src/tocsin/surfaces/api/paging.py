"""What a responder says to the pager over HTTP (PAG-4). Each answers with how things stand now, as `explain` does."""

from datetime import timedelta

from litestar import post
from litestar.params import JSONBody

from tocsin.incidents import service as incidents
from tocsin.kernel.errors import Invalid
from tocsin.paging import commands, handing_over, marking, snoozing
from tocsin.paging import service as paging
from tocsin.paging.snoozing import LONGEST
from tocsin.surfaces.api.callers import AnyRequest, Caller, Db, Ref, via
from tocsin.surfaces.wire.incidents import ReasonRequest
from tocsin.surfaces.wire.paging import (
    Explanation,
    MarkRequest,
    ReassignRequest,
    RespondersRequest,
    SnoozeRequest,
    explanation,
)

MINUTE = timedelta(minutes=1)


@post("/incidents/{ref:str}/decline", status_code=200, summary="Page the next")
async def decline(ref: Ref, viewer: Caller, db: Db, data: JSONBody[ReasonRequest | None] = None) -> Explanation:
    """Not me: this escalation calls you no more, and the next step goes unless others of yours are still called."""
    reason = data.reason if data else ""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "decline pages")
        await commands.decline(tx, incident.id, viewer.actor, reason)
        return explanation(await paging.explain(tx.conn, viewer, ref, tx.now))


@post("/incidents/{ref:str}/escalate", status_code=200, summary="Escalate now")
async def escalate(ref: Ref, viewer: Caller, db: Db, data: JSONBody[ReasonRequest | None] = None) -> Explanation:
    """The next step is called at once."""
    reason = data.reason if data else ""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "escalate incidents")
        await commands.escalate(tx, incident.id, viewer.actor, reason)
        return explanation(await paging.explain(tx.conn, viewer, ref, tx.now))


@post("/incidents/{ref:str}/snooze", status_code=200, summary="Be quiet for a while")
async def snooze(ref: Ref, data: JSONBody[SnoozeRequest], viewer: Caller, db: Db, request: AnyRequest) -> Explanation:
    """It is yours; nobody is called until then, and you are called again unless it is resolved."""
    if not 1 <= data.minutes <= LONGEST // MINUTE:
        raise Invalid("minutes is 1 to 1440.", "To end it: resolve.", field="minutes")
    quiet = data.minutes * MINUTE
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "snooze incidents")
        await snoozing.snooze(tx, incident.id, viewer.actor, via(request), quiet, data.reason)
        return explanation(await paging.explain(tx.conn, viewer, ref, tx.now))


@post("/incidents/{ref:str}/reassign", status_code=200, summary="Hand over")
async def reassign(ref: Ref, data: JSONBody[ReassignRequest], viewer: Caller, db: Db) -> Explanation:
    """They are called now, whoever had it is told, and the escalation goes on unless they answer."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "reassign incidents")
        await handing_over.reassign(tx, incident.id, data.to, viewer.actor, data.reason)
        return explanation(await paging.explain(tx.conn, viewer, ref, tx.now))


@post("/incidents/{ref:str}/responders", status_code=200, summary="Ask people to help")
async def add_responders(ref: Ref, data: JSONBody[RespondersRequest], viewer: Caller, db: Db) -> Explanation:
    """They are called beside; who has it, and the escalation, stay as they are."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "add responders")
        await handing_over.add_responders(tx, incident.id, data.names, viewer.actor, data.reason)
        return explanation(await paging.explain(tx.conn, viewer, ref, tx.now))


@post("/incidents/{ref:str}/actionable", status_code=200, summary="Mark the pages as worth it or not")
async def mark(ref: Ref, data: JSONBody[MarkRequest], viewer: Caller, db: Db) -> Explanation:
    """Whoever was called marks their own pages, anybody else those that nobody has marked (ALR-9)."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "mark pages")
        await marking.mark(tx, incident.id, viewer.actor, actionable=data.actionable)
        return explanation(await paging.explain(tx.conn, viewer, ref, tx.now))
