"""Whether all services of an incident are in maintenance at this moment, and the job that looks at it again."""

from datetime import datetime

from tocsin.alerts import maintenances
from tocsin.alerts.maintenance import Cover, cover_of
from tocsin.incidents.model import Incident
from tocsin.kernel import jobs
from tocsin.kernel.tx import Tx
from tocsin.paging.climbing import TIMERS

LOOK = "paging.maintenance"


async def find_cover(tx: Tx, incident: Incident) -> Cover | None:
    """What keeps the whole incident quiet; None as soon as one of its services is not in maintenance."""
    if not incident.services:
        return None
    return cover_of(incident.services, await maintenances.covers(tx.conn, tx.now))


async def look_at(tx: Tx, incident_id: int, at: datetime) -> None:
    """Let `maintenance.look` decide then."""
    job = jobs.NewJob(
        kind=LOOK,
        payload={"incident_id": incident_id},
        lane=TIMERS,
        run_at=at,
        prio=0,
        key=f"{LOOK}:{incident_id}",
    )
    await jobs.enqueue(tx, job)
