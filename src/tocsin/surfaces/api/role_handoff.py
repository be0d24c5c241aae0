"""Handing a role on over HTTP (ROL-3): the brief, offer it, accept or decline it, take it back."""

from litestar import get, post
from litestar.params import JSONBody

from tocsin.incidents import handoffs
from tocsin.incidents import service as incidents
from tocsin.incidents.roles import read_role
from tocsin.kernel.ids import incident_ref
from tocsin.room.brief import brief, brief_text
from tocsin.room.facts import gather
from tocsin.surfaces.api.callers import Caller, Db, Ref
from tocsin.surfaces.wire import role_handoff as wire
from tocsin.surfaces.wire.incidents import ReasonRequest


@get("/incidents/{ref:str}/handoff", summary="The brief, and offers that wait")
async def show_handoff(ref: Ref, viewer: Caller, db: Db) -> wire.Handoff:
    """What somebody must know who takes over now, from the records."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        text = brief_text(brief(await gather(conn, incident)))
        return wire.handoff(incident_ref(incident.number), text, await handoffs.list_offers(conn, incident.id))


@post("/incidents/{ref:str}/handoff", summary="Offer a role")
async def offer(ref: Ref, data: JSONBody[wire.OfferRequest], viewer: Caller, db: Db) -> wire.Offer:
    """They are told with the brief; the role stays where it is until they accept."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "hand on roles")
        text = data.brief if data.brief is not None else brief_text(brief(await gather(tx.conn, incident)))
        role = read_role(data.role) if data.role is not None else None
        return wire.offer(await handoffs.offer_handoff(tx, incident.id, data.to, viewer.actor, text, role=role))


@post("/incidents/{ref:str}/handoff/accept", status_code=200, summary="Accept a role")
async def accept(ref: Ref, viewer: Caller, db: Db, data: JSONBody[wire.AcceptRequest | None] = None) -> wire.Offer:
    """It is the caller's; the room is told in their words, and whoever had it stays available."""
    said = data or wire.AcceptRequest()
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "hand on roles")
        role = read_role(said.role) if said.role is not None else None
        return wire.offer(await handoffs.accept_handoff(tx, incident.id, viewer.actor, said.words, role=role))


@post("/incidents/{ref:str}/handoff/decline", status_code=200, summary="Decline a role")
async def decline(ref: Ref, viewer: Caller, db: Db, data: JSONBody[ReasonRequest | None] = None) -> wire.Offer:
    """Whoever offered it keeps it and is told."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "hand on roles")
        reason = data.reason if data else ""
        return wire.offer(await handoffs.decline_handoff(tx, incident.id, viewer.actor, reason))


@post("/incidents/{ref:str}/handoff/withdraw", status_code=200, summary="Take an offer back")
async def withdraw(ref: Ref, viewer: Caller, db: Db) -> wire.Offer:
    """The caller keeps the role after all."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "hand on roles")
        return wire.offer(await handoffs.withdraw_handoff(tx, incident.id, viewer.actor))
