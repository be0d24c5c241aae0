"""What a responder says to the pager over HTTP (PAG-4). Each answers with how things stand now, as `explain` does."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from litestar import post
from litestar.params import JSONBody

from tocsin.accounts.model import Viewer
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.errors import Invalid
from tocsin.kernel.tx import Tx
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

Deed = Callable[[Tx, Incident], Awaitable[None]]


@post("/incidents/{ref:str}/decline", status_code=200, summary="Page the next")
async def decline(ref: Ref, viewer: Caller, db: Db, data: JSONBody[ReasonRequest | None] = None) -> Explanation:
    """Not me: this escalation calls you no more, and the next step goes unless others of yours are still called."""
    reason = data.reason if data else ""
    return await _say(
        db, viewer, ref, "decline pages", lambda tx, incident: commands.decline(tx, incident.id, viewer.actor, reason)
    )


@post("/incidents/{ref:str}/escalate", status_code=200, summary="Escalate now")
async def escalate(ref: Ref, viewer: Caller, db: Db, data: JSONBody[ReasonRequest | None] = None) -> Explanation:
    """The next step is called at once."""
    reason = data.reason if data else ""
    return await _say(
        db,
        viewer,
        ref,
        "escalate incidents",
        lambda tx, incident: commands.escalate(tx, incident.id, viewer.actor, reason),
    )


@post("/incidents/{ref:str}/snooze", status_code=200, summary="Be quiet for a while")
async def snooze(ref: Ref, data: JSONBody[SnoozeRequest], viewer: Caller, db: Db, request: AnyRequest) -> Explanation:
    """It is yours; nobody is called until then, and you are called again unless it is resolved."""
    if not 1 <= data.minutes <= LONGEST // MINUTE:
        raise Invalid("minutes is 1 to 1440.", "To end it: resolve.", field="minutes")
    quiet = data.minutes * MINUTE
    return await _say(
        db,
        viewer,
        ref,
        "snooze incidents",
        lambda tx, incident: snoozing.snooze(tx, incident.id, viewer.actor, via(request), quiet, data.reason),
    )


@post("/incidents/{ref:str}/reassign", status_code=200, summary="Hand over")
async def reassign(ref: Ref, data: JSONBody[ReassignRequest], viewer: Caller, db: Db) -> Explanation:
    """They are called now, whoever had it is told, and the escalation goes on unless they answer."""
    return await _say(
        db,
        viewer,
        ref,
        "reassign incidents",
        lambda tx, incident: handing_over.reassign(tx, incident.id, data.to, viewer.actor, data.reason),
    )


@post("/incidents/{ref:str}/responders", status_code=200, summary="Ask people to help")
async def add_responders(ref: Ref, data: JSONBody[RespondersRequest], viewer: Caller, db: Db) -> Explanation:
    """They are called beside; who has it, and the escalation, stay as they are."""
    return await _say(
        db,
        viewer,
        ref,
        "add responders",
        lambda tx, incident: handing_over.add_responders(tx, incident.id, data.names, viewer.actor, data.reason),
    )


@post("/incidents/{ref:str}/actionable", status_code=200, summary="Mark the pages as worth it or not")
async def mark(ref: Ref, data: JSONBody[MarkRequest], viewer: Caller, db: Db) -> Explanation:
    """Whoever was called marks their own pages, anybody else those that nobody has marked (ALR-9)."""
    return await _say(
        db,
        viewer,
        ref,
        "mark pages",
        lambda tx, incident: marking.mark(tx, incident.id, viewer.actor, actionable=data.actionable),
    )


async def _say(db: Database, viewer: Viewer, ref: str, what: str, deed: Deed) -> Explanation:
    """First whether they see it, then whether they may, then whether it makes sense now."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, what)
        await deed(tx, incident)
        return explanation(await paging.explain(tx.conn, viewer, ref, tx.now))
