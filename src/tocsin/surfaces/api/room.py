"""The room of an incident over HTTP: what was found to be wrong with the work on it."""

from litestar import get

from tocsin.incidents import findings as found
from tocsin.incidents import service as incidents
from tocsin.surfaces.api.callers import Caller, Db, Ref
from tocsin.surfaces.wire import room as wire


@get("/incidents/{ref:str}/findings", summary="What is, or was, wrong with the way it is worked on")
async def list_findings(ref: Ref, viewer: Caller, db: Db) -> wire.FindingList:
    """Oldest first, each with its remedy; settled ones have the time at which they were (GRD-1)."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        return wire.findings(incident.number, await found.list_findings(conn, incident.id))
