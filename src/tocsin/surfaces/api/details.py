"""What people say of an incident over HTTP beside its status and level: when things happened, when it should be over,
what kind of cause it had (LIF-2, LIF-10, LIF-11).
"""

from datetime import datetime

from litestar import get, post
from litestar.params import JSONBody

from tocsin.incidents import details
from tocsin.incidents import service as incidents
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.ledger import LedgerEntry
from tocsin.surfaces.api.callers import Caller, Db, Here, Ref
from tocsin.surfaces.api.incident_answers import answer
from tocsin.surfaces.api.parsing import as_utc
from tocsin.surfaces.wire import incidents as wire


@post("/incidents/{ref:str}/time", status_code=200, summary="Correct when something happened")
async def correct_instant(
    ref: Ref, data: JSONBody[wire.InstantRequest], viewer: Caller, db: Db, site: Here
) -> wire.Incident:
    """With a reason; durations follow. What contradicts another instant is refused by its name."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "change incidents")
        at = as_utc(data.at, "at")
        after = await details.correct_instant(tx, incident.id, data.instant, at, viewer.actor, data.reason)
        return await answer(tx.conn, after, site)


@post("/incidents/{ref:str}/eta", status_code=200, summary="Say when it should be over")
async def set_eta(ref: Ref, data: JSONBody[wire.EtaRequest], viewer: Caller, db: Db, site: Here) -> wire.Incident:
    """null says that it is unknown. Another one than before needs a reason."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "change incidents")
        eta = as_utc(data.eta, "eta") if data.eta is not None else None
        return await answer(tx.conn, await details.set_eta(tx, incident.id, eta, viewer.actor, data.reason), site)


@get("/incidents/{ref:str}/eta", summary="Every ETA that was given")
async def list_etas(ref: Ref, viewer: Caller, db: Db) -> wire.EtaHistory:
    """Oldest first."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        found = await details.list_etas(conn, incident)
    return wire.EtaHistory(incident=incident_ref(incident.number), etas=[_given(each) for each in found])


@post("/incidents/{ref:str}/cause", status_code=200, summary="Say what kind of cause it had")
async def name_cause(ref: Ref, data: JSONBody[wire.CauseRequest], viewer: Caller, db: Db, site: Here) -> wire.Incident:
    """One of the list that postmortem templates are written for."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "change incidents")
        after = await details.name_cause(tx, incident.id, data.cause_category, viewer.actor)
        return await answer(tx.conn, after, site)


def _given(entry: LedgerEntry) -> wire.GivenEta:
    eta = entry.data["after"]
    return wire.GivenEta(
        at=entry.at,
        by=entry.actor,
        eta=datetime.fromisoformat(eta) if eta is not None else None,
        reason=entry.data["reason"],
    )
