"""The room of an incident over HTTP: its checklist, the decision aid, the brief of a hand-off, its findings."""

from litestar import get, post
from litestar.params import JSONBody

from tocsin.incidents import findings as found
from tocsin.incidents import service as incidents
from tocsin.room import checklists
from tocsin.room.aid import advise
from tocsin.room.brief import brief
from tocsin.room.facts import gather
from tocsin.surfaces.api.callers import Caller, Db, Ref
from tocsin.surfaces.wire import room as wire


@get("/incidents/{ref:str}/checklist", summary="Read the checklist")
async def show_checklist(ref: Ref, viewer: Caller, db: Db) -> wire.Checklist:
    """Phase by phase, with what ticked itself and what people ticked (GRD-2)."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        return wire.checklist(incident.number, await checklists.load_checklist(conn, incident, db.clock.now()))


@post("/incidents/{ref:str}/checklist", status_code=200, summary="Tick an item, or take its tick back")
async def tick(ref: Ref, data: JSONBody[wire.TickRequest], viewer: Caller, db: Db) -> wire.Checklist:
    """An item that ticks itself is refused."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "tick checklists")
        parts = await checklists.tick(tx, incident.id, data.item, viewer.actor, is_ticked=data.ticked)
    return wire.checklist(incident.number, parts)


@get("/incidents/{ref:str}/advice", summary="Roll back? Escalate? Resolve?")
async def show_advice(ref: Ref, viewer: Caller, db: Db) -> wire.AdviceList:
    """Each with its reasons and with what is not known (ROL-4). It proposes; a person decides."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        return wire.advice(incident.number, advise(await gather(conn, incident), db.clock.now()))


@get("/incidents/{ref:str}/brief", summary="What somebody must know who takes over")
async def show_brief(ref: Ref, viewer: Caller, db: Db) -> wire.Brief:
    """From the record itself (ROL-3)."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        return wire.brief(brief(await gather(conn, incident)))


@get("/incidents/{ref:str}/findings", summary="What is, or was, wrong with the way it is worked on")
async def list_findings(ref: Ref, viewer: Caller, db: Db) -> wire.FindingList:
    """Oldest first, each with its remedy; settled ones have the time at which they were (GRD-1)."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        return wire.findings(incident.number, await found.list_findings(conn, incident.id))
