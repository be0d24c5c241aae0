"""What Prometheus says of an incident (PMT-1, PMT-3): asked when it is over, and again when its times are
corrected or somebody wants to."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.catalog import service as catalog
from tocsin.catalog.model import Service
from tocsin.incidents import service as incidents
from tocsin.incidents.events import IncidentResolved, InstantCorrected
from tocsin.incidents.model import Incident
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx
from tocsin.postmortems import measurement_store as store
from tocsin.postmortems import sentences
from tocsin.postmortems.events import ImpactMeasured
from tocsin.postmortems.measurement_model import Measurement, Query
from tocsin.postmortems.measuring import is_measurable, measured_figures, queries_of

MEASURE = "postmortems.measure"
LANE = "measuring"


async def begin(tx: Tx, event: IncidentResolved | InstantCorrected) -> None:
    """It is over, or was at another time: Prometheus is asked, where a service names a query."""
    incident = await incidents.get(tx.conn, event.incident_id)
    if is_measurable(incident) and await list_queries(tx.conn, incident):
        await _enqueue(tx, incident.id)


async def begin_again(tx: Tx, incident_id: int) -> None:
    """Somebody wants to have it asked once more: a query was mended, or Prometheus was away. Raises Refused while it
    lasts, and where there is nothing to ask."""
    incident = await incidents.get(tx.conn, incident_id)
    ref = incident_ref(incident.number)
    if not is_measurable(incident):
        raise Refused(f"{ref} is not over: Prometheus is asked about the whole of it.", f"First: tocsin resolve {ref}")
    if not await list_queries(tx.conn, incident):
        where = ", ".join(incident.services) or "a service that it touches"
        raise Refused(
            f"No service of {ref} has a query to ask Prometheus.",
            f"Name one under impact: of {where}, then: tocsin apply",
        )
    await _enqueue(tx, incident.id)


async def is_asking(conn: Conn, incident_id: int) -> bool:
    """Whether answers are still to come."""
    return await jobs.is_unfinished(conn, _key(incident_id))


async def _enqueue(tx: Tx, incident_id: int) -> None:
    payload = {"incident_id": incident_id}
    job = jobs.NewJob(kind=MEASURE, payload=payload, lane=LANE, run_at=tx.now, prio=2, key=_key(incident_id))
    await jobs.enqueue(tx, job)


def _key(incident_id: int) -> str:
    return f"{MEASURE}:{incident_id}"


async def list_queries(conn: Conn, incident: Incident) -> list[Query]:
    """What its services want to know of it."""
    return queries_of(await services_of(conn, incident), (await catalog.organisation(conn)).prometheus)


async def services_of(conn: Conn, incident: Incident) -> Sequence[Service]:
    """Those of the incident that there still are."""
    return [each for name in incident.services if (each := await catalog.find_service(conn, name))]


async def record(tx: Tx, incident_id: int, measured: Sequence[Measurement]) -> None:
    """These answers hold from now on; what a draft shows of earlier ones stays."""
    incident = await incidents.lock(tx, incident_id)
    last = await store.find_last_n(tx.conn, incident_id)
    await store.insert_measurements(tx.conn, incident_id, last, measured)
    found = {each.name: each.value for each in measured_figures(measured)}
    charts = sum(each.chart is not None for each in measured)
    unanswered = sum(bool(each.trouble) for each in measured)
    await tx.emit(
        ImpactMeasured(
            **incidents.about(incident, "tocsin"),
            sentence=sentences.measured(found, charts, unanswered),
            figures={figure.value: value for figure, value in found.items()},
            charts=charts,
            unanswered=unanswered,
        )
    )


async def list_latest(conn: Conn, incident_id: int) -> list[Measurement]:
    """Of an incident that the caller may see: the answers of the last time that Prometheus was asked."""
    return await store.list_latest(conn, incident_id)


async def list_charts(conn: Conn, incident_id: int, numbers: Sequence[int]) -> list[Measurement]:
    """Of an incident that the caller may see: these charts, as far as there are any."""
    return await store.list_charts(conn, incident_id, numbers)


async def get_chart(conn: Conn, incident: Incident, n: int) -> Measurement:
    """One chart of an incident that the caller may see. Raises NotFound."""
    found = await store.list_charts(conn, incident.id, [n])
    if not found:
        ref = incident_ref(incident.number)
        raise NotFound(f"{ref} has no chart {n}.", f"Read which it has: tocsin postmortem show {ref}.", field="n")
    return found[0]
