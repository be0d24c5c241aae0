"""Reminds whoever owns a postmortem that is required (PMT-8): a timer from the end of the incident until it is
published. When, `due` decides; that it is overdue the room says too (`room.rails.ending`).
"""

from __future__ import annotations

from datetime import datetime

from tocsin.accounts import service as accounts
from tocsin.accounts.model import User
from tocsin.catalog import service as catalog
from tocsin.catalog.notifying import notify
from tocsin.catalog.severity import Level
from tocsin.delivery.model import BULK, Notification, Purpose, Urgency
from tocsin.incidents import service as incidents
from tocsin.incidents.assigning import list_holdings
from tocsin.incidents.classifying import find_level
from tocsin.incidents.closing import lacks_postmortem
from tocsin.incidents.events import IncidentResolved
from tocsin.incidents.model import Incident, Status
from tocsin.incidents.roles import commander_of
from tocsin.kernel import jobs
from tocsin.kernel.localtime import zone_of
from tocsin.kernel.tx import Tx
from tocsin.postmortems import reminder_messages, store
from tocsin.postmortems.due import Reminder, due_of, due_reminder, next_reminder_at
from tocsin.postmortems.model import Postmortem

REMIND = "postmortems.remind"
TIMERS = "timers"


async def begin(tx: Tx, event: IncidentResolved) -> None:
    """It is over: the first reminder is armed where one is required."""
    incident = await incidents.get(tx.conn, event.incident_id)
    await _arm(tx, incident, find_level(await catalog.severity_profile_in(tx), incident.severity))


async def remind(tx: Tx, incident_id: int, at: datetime) -> None:
    """The timer of `at`: tells the owner what is missing, and arms the next. Nothing once it is published, closed or
    open again."""
    incident = await incidents.lock(tx, incident_id)
    level = find_level(await catalog.severity_profile_in(tx), incident.severity)
    due = due_of(level, incident.resolved_at)
    if due is None or incident.resolved_at is None or not _is_missing(incident, level):
        return
    found = await store.find_postmortem(tx.conn, incident_id)
    what = due_reminder(due, incident.resolved_at, at, is_drafted=found is not None)
    owner = await _find_owner(tx, incident, found)
    if what is not None and owner is not None:
        await _tell(tx, incident, owner, what, due.schedule_by if what is Reminder.DRAFT else due.publish_by)
    await _arm(tx, incident, level)


def _is_missing(incident: Incident, level: Level | None) -> bool:
    return incident.status is Status.RESOLVED and lacks_postmortem(incident, level)


async def _arm(tx: Tx, incident: Incident, level: Level | None) -> None:
    next_at = next_reminder_at(due_of(level, incident.resolved_at), incident.resolved_at, tx.now)
    if next_at is None or not _is_missing(incident, level):
        return
    job = jobs.NewJob(
        kind=REMIND,
        payload={"incident_id": incident.id, "at": next_at.isoformat()},
        lane=TIMERS,
        run_at=next_at,
        prio=BULK,
        key=f"postmortem-remind:{incident.id}:{next_at.isoformat()}",
    )
    await jobs.enqueue(tx, job)


async def _find_owner(tx: Tx, incident: Incident, found: Postmortem | None) -> User | None:
    """Whoever it is given to, else who commands, else who had taken the incident; None: nobody can be told."""
    name = found.owner if found is not None else commander_of(await list_holdings(tx.conn, incident.id))
    name = name or (incident.acknowledged_by or "").removeprefix("@")
    users = await accounts.list_users_by_name(tx.conn, [name])
    return next((user for user in users if not user.is_disabled), None)


async def _tell(tx: Tx, incident: Incident, owner: User, what: Reminder, until: datetime) -> None:
    zone = zone_of(owner.time_zone or (await catalog.organisation_in(tx)).time_zone)
    await notify(
        tx,
        Notification(
            user_id=owner.id,
            topic=incident.topic,
            purpose=Purpose.NOTICE,
            message=reminder_messages.reminder(incident, what, until, zone),
            urgency=Urgency.LOW,
            prio=BULK,
            cause=f"postmortem/{incident.id}",
            scope_id=incident.scope_id,
        ),
    )
