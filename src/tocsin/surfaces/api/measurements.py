"""What Prometheus said of an incident over HTTP, and to have it asked again (PMT-1, PMT-3)."""

from litestar import get, post

from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.kernel.ids import incident_ref
from tocsin.postmortems import measurements
from tocsin.surfaces.api.callers import Caller, Db, Ref
from tocsin.surfaces.wire import measurements as wire


@get("/incidents/{ref:str}/measurements", summary="What Prometheus said of an incident")
async def list_measurements(ref: Ref, viewer: Caller, db: Db) -> wire.MeasurementList:
    """Figures and courses as they were when it was asked last, each with its query, its time and its instant."""
    async with db.connection() as conn:
        return await _shown(conn, await incidents.get_incident(conn, viewer, ref))


@post("/incidents/{ref:str}/measurements", status_code=202, summary="Ask Prometheus about an incident again")
async def measure_again(ref: Ref, viewer: Caller, db: Db) -> wire.MeasurementList:
    """Of an incident that is over: a worker asks every query of its services. What a draft shows of earlier answers
    stays; `is_asking` is false once the new ones are there."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "review postmortems")
        await measurements.begin_again(tx, incident.id)
        return await _shown(tx.conn, incident)


async def _shown(conn: Conn, incident: Incident) -> wire.MeasurementList:
    found = await measurements.list_latest(conn, incident.id)
    is_asking = await measurements.is_asking(conn, incident.id)
    return wire.measurements(incident_ref(incident.number), found, is_asking=is_asking)
