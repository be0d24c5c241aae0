"""What follows a resolution, durably and once (RES-3): tasks for what is left to do, and the appointment for the
postmortem, taken back when the incident is open again; and the appointment that somebody makes (PMT-7).

One look at how things stand, whichever event asked for it: a job that runs twice changes nothing the second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tocsin.accounts import service as accounts
from tocsin.accounts.model import User
from tocsin.catalog import service as catalog
from tocsin.catalog.notifying import notify
from tocsin.catalog.severity import Level
from tocsin.delivery.model import BULK, Notification, Purpose, Urgency
from tocsin.incidents import assigning, privacy, tasks
from tocsin.incidents import service as incidents
from tocsin.incidents.classifying import find_level
from tocsin.incidents.model import Incident, Status
from tocsin.incidents.task_model import TaskDraft
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.ledger import list_people
from tocsin.kernel.localtime import zone_of
from tocsin.kernel.tx import Tx
from tocsin.mitigation.service import list_mitigations
from tocsin.verification import aftermath, meeting_messages, store
from tocsin.verification.events import PostmortemCalledOff, PostmortemScheduled
from tocsin.verification.model import Meeting

FOLLOW_UP = "verification.follow_up"


async def follow_up(tx: Tx, incident_id: int) -> None:
    """Over: the tasks and the appointment are there; open again: the appointment is taken back."""
    incident = await incidents.lock(tx, incident_id)
    level = find_level(await catalog.severity_profile_in(tx), incident.severity)
    meeting = await store.find_meeting(tx.conn, incident_id)
    is_planned = meeting is not None and not meeting.is_cancelled
    if incident.is_open:
        if meeting is not None and is_planned:
            await _call_off(tx, incident, meeting)
        return
    if incident.status is Status.RESOLVED:
        await _add_tasks(tx, incident, level)
    if level is not None and not is_planned and aftermath.asks_for_postmortem(incident, level):
        await _plan(tx, incident, level, meeting)


async def _add_tasks(tx: Tx, incident: Incident, level: Level | None) -> None:
    """Those that are not there yet: it may have been resolved before."""
    known = {task.text for task in await tasks.list_tasks(tx.conn, incident.id)}
    for text in aftermath.follow_ups(incident, level, await list_mitigations(tx.conn, incident.id)):
        if text not in known:
            await tasks.add_task(tx, incident.id, TaskDraft(text, None), "tocsin")


async def _plan(tx: Tx, incident: Incident, level: Level, before: Meeting | None) -> None:
    organisation = await catalog.organisation_in(tx)
    zone = zone_of(organisation.time_zone)
    people = await list_participants(tx.conn, incident)
    if not people:
        return
    over_at = max(incident.resolved_at or tx.now, tx.now)
    meeting = Meeting(
        incident_id=incident.id,
        sequence=before.sequence + 1 if before is not None else 0,
        starts_at=aftermath.meeting_at(over_at, level.schedule_by, organisation.business_hours, zone),
        is_cancelled=False,
        invited=tuple(user.id for user in people),
    )
    names = tuple(user.name for user in people)
    await store.upsert_meeting(tx.conn, meeting)
    await _send(tx, incident, meeting, people)
    await tx.emit(
        PostmortemScheduled(
            **incidents.about(incident),
            sentence=meeting_messages.scheduled(meeting, names, zone),
            starts_at=meeting.starts_at,
            people=names,
        )
    )


async def _call_off(tx: Tx, incident: Incident, before: Meeting) -> None:
    zone = zone_of((await catalog.organisation_in(tx)).time_zone)
    people = await accounts.list_users_by_id(tx.conn, before.invited)
    names = tuple(user.name for user in people)
    meeting = Meeting(
        incident_id=incident.id,
        sequence=before.sequence + 1,
        starts_at=before.starts_at,
        is_cancelled=True,
        invited=before.invited,
    )
    await store.upsert_meeting(tx.conn, meeting)
    await _send(tx, incident, meeting, people)
    sentence = meeting_messages.called_off(meeting, names, zone)
    await tx.emit(PostmortemCalledOff(**incidents.about(incident), sentence=sentence, people=names))


async def find_meeting(conn: Conn, incident_id: int) -> Meeting | None:
    """The appointment for its postmortem, called off or not; None: there never was one."""
    return await store.find_meeting(conn, incident_id)


async def invite(
    tx: Tx, incident_id: int, starts_at: datetime, names: Sequence[str], agenda: Sequence[str], by: str
) -> Meeting:
    """Everybody who took part, who was invited before, and `names` get an invitation for this instant, with the lines
    of the agenda; an earlier appointment moves in their calendars (PMT-7).

    Raises Invalid for an instant that has passed, NotFound or Refused for a name, Refused while the incident is open.
    """
    incident = await incidents.lock(tx, incident_id)
    _check_time(incident, starts_at, tx.now)
    before = await store.find_meeting(tx.conn, incident_id)
    named = [await assigning.get_eligible(tx, incident, name.removeprefix("@")) for name in names]
    await privacy.admit(tx, incident, [user.id for user in named], "they are invited to its postmortem")
    known = await accounts.list_users_by_id(tx.conn, before.invited) if before is not None else []
    invited = {user.id: user for user in (*await list_participants(tx.conn, incident), *known, *named)}
    people = sorted((user for user in invited.values() if not user.is_disabled), key=lambda user: user.name)
    meeting = Meeting(
        incident_id=incident.id,
        sequence=before.sequence + 1 if before is not None else 0,
        starts_at=starts_at,
        is_cancelled=False,
        invited=tuple(user.id for user in people),
    )
    await store.upsert_meeting(tx.conn, meeting)
    await _send(tx, incident, meeting, people, by=by, agenda=agenda)
    zone = zone_of((await catalog.organisation_in(tx)).time_zone)
    invited_names = tuple(user.name for user in people)
    await tx.emit(
        PostmortemScheduled(
            **incidents.about(incident, by),
            sentence=meeting_messages.scheduled(meeting, invited_names, zone, by=by),
            starts_at=starts_at,
            people=invited_names,
        )
    )
    return meeting


def _check_time(incident: Incident, starts_at: datetime, now: datetime) -> None:
    if incident.is_open:
        ref = incident_ref(incident.number)
        raise Refused(
            f"{ref} is {incident.status.value}: it is not over yet.", f"Resolve it first: tocsin resolve {ref}."
        )
    if starts_at <= now:
        raise Invalid("This instant has passed.", "Name one that is to come.", field="starts_at")


async def _send(
    tx: Tx,
    incident: Incident,
    meeting: Meeting,
    people: Sequence[User],
    *,
    by: str = "tocsin",
    agenda: Sequence[str] = (),
) -> None:
    """By mail alone: no other way carries an appointment."""
    zone = zone_of((await catalog.organisation_in(tx)).time_zone)
    names = [user.name for user in people]
    message = meeting_messages.invitation(incident, meeting, names, zone, by=by, agenda=agenda)
    for user in people:
        await notify(
            tx,
            Notification(
                user_id=user.id,
                topic=incident.topic,
                purpose=Purpose.NOTICE,
                message=message,
                urgency=Urgency.LOW,
                prio=BULK,
                channels=("email",),
                cause=f"postmortem/{incident.id}",
                scope_id=incident.scope_id,
            ),
        )


async def list_participants(conn: Conn, incident: Incident) -> list[User]:
    """Everybody who had a role or did something, by name; whoever was only called and never answered is spared."""
    held = {each.user for each in await assigning.list_holdings(conn, incident.id)}
    acted = {actor.removeprefix("@") for actor in await list_people(conn, incident.topic)}
    users = await accounts.list_users_by_name(conn, sorted(held | acted))
    return [user for user in users if not user.is_disabled]
