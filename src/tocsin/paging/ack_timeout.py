"""What somebody has taken and nobody works on is paged again (PAG-5). Any entry of a person on its timeline is work.

The timer looks at how things stand when it fires, and is put back when somebody has acted meanwhile; `look` decides.
"""

from datetime import datetime, timedelta

from tocsin.catalog import service as catalog
from tocsin.incidents import service as incidents
from tocsin.incidents.classifying import find_level
from tocsin.incidents.model import Incident, Status
from tocsin.kernel import jobs
from tocsin.kernel.db import Conn
from tocsin.kernel.ledger import find_last_act
from tocsin.kernel.tx import Tx
from tocsin.paging import climbing, sentences, store
from tocsin.paging.beginning import begin
from tocsin.paging.cover import find_cover
from tocsin.paging.escalation import in_words
from tocsin.paging.model import Run, RunState
from tocsin.paging.patience import next_look, timeout_of

LOOK = "paging.ack_timeout"


async def find_timeout(conn: Conn, incident: Incident) -> timedelta:
    """The time-out of the incident's level as it is now."""
    return timeout_of(find_level(await catalog.severity_profile(conn), incident.severity))


async def watch(tx: Tx, incident: Incident) -> None:
    """Somebody has taken it: from now on a sign of work is expected."""
    await _look_at(tx, incident.id, tx.now + await find_timeout(tx.conn, incident))


async def forget(tx: Tx, incident_id: int) -> None:
    """It is over, or somebody is being called anyway."""
    await jobs.cancel(tx, key=_key(incident_id))


async def look(tx: Tx, incident_id: int) -> None:
    """The timer fires: page again, or look again later. Idempotent, and silent for what nobody has any more."""
    incident = await incidents.lock(tx, incident_id)
    run = await store.find_latest_run(tx.conn, incident_id)
    if run is None or run.state is not RunState.ACKNOWLEDGED or not incident.is_open:
        return
    timeout = await find_timeout(tx.conn, incident)
    at = next_look(await _acted_at(tx, incident, run), run.snoozed_until, timeout, tx.now)
    if at is None and (incident.status is Status.MONITORING or await find_cover(tx, incident) is not None):
        at = tx.now + timeout  # its alerts are quiet, or it is in maintenance: nobody is woken for that
    if at is not None:
        await _look_at(tx, incident_id, at)
        return
    because = sentences.nobody_acts(incident.acknowledged_by or "Somebody", in_words(timeout))
    await begin(tx, incident, because, again=because)


async def _acted_at(tx: Tx, incident: Incident, run: Run) -> datetime:
    """The latest entry of a person, or the acknowledgement, which may have come from a program."""
    taken_at = run.ended_at or run.started_at
    last = await find_last_act(tx.conn, incident.topic)
    return max(taken_at, last) if last is not None else taken_at


async def _look_at(tx: Tx, incident_id: int, at: datetime) -> None:
    job = jobs.NewJob(
        kind=LOOK, payload={"incident_id": incident_id}, lane=climbing.TIMERS, run_at=at, key=_key(incident_id)
    )
    await jobs.enqueue(tx, job)


def _key(incident_id: int) -> str:
    return f"ack-timeout:{incident_id}"
