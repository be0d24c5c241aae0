"""Every so often somebody says again how bad it is: a timer per open incident, and who is asked (CLS-3).

A round begins anew whenever the level changes or something becomes known. What the known facts propose is said with it.
"""

from collections.abc import Sequence
from datetime import datetime

from tocsin.accounts import service as accounts
from tocsin.catalog import service as catalog
from tocsin.catalog.business_hours import business_hours_begin
from tocsin.catalog.model import Organisation
from tocsin.catalog.notifying import notify
from tocsin.catalog.severity import Level, Profile, Reach
from tocsin.delivery.model import BULK, MessageView, Notification, Purpose, Urgency
from tocsin.incidents import assigning, facts_store, proposing, sentences, service
from tocsin.incidents.classifying import find_level
from tocsin.incidents.events import IncidentReopened, ReassessmentDue, SeverityChanged
from tocsin.incidents.facts_store import Assessed
from tocsin.incidents.model import Incident
from tocsin.incidents.roles import communicator
from tocsin.kernel import jobs
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx

REASSESS = "incidents.reassess"


async def arm(tx: Tx, incident: Incident) -> None:
    """A round begins now, instead of one that had begun; none of an incident that is over."""
    await jobs.cancel(tx, key=_key(incident.id))
    await jobs.enqueue(tx, *await next_round(tx, incident))


async def next_round(tx: Tx, incident: Incident) -> Sequence[jobs.NewJob]:
    """The timer of a round that begins now, to be armed; none of an incident that is over."""
    if not incident.is_open:
        return ()
    profile = await catalog.severity_profile_in(tx)
    level = find_level(profile, incident.severity)
    job = jobs.NewJob(
        kind=REASSESS,
        payload={"incident_id": incident.id},
        lane="timers",
        run_at=next_question_at(profile, level, await catalog.organisation_in(tx), tx.now),
        prio=2,
        key=_key(incident.id),
    )
    return (job,)


def next_question_at(profile: Profile, level: Level | None, organisation: Organisation, now: datetime) -> datetime:
    """As often as the profile says, for as long as the incident is open. A level that wakes nobody disturbs nobody
    outside business hours: what would be asked then is asked when they begin.
    """
    at = now + profile.reassess_every
    if level is None or level.page is Reach.WAKE:
        return at
    return business_hours_begin(organisation, at) or at


async def begin_again(tx: Tx, event: SeverityChanged | IncidentReopened) -> None:
    """The level has just been looked at, or the incident is open again."""
    await arm(tx, await service.get(tx.conn, event.incident_id))


async def ask(tx: Tx, incident_id: int) -> None:
    """The round is over: a timeline entry, a message to whoever speaks for the incident, and the next round."""
    incident = await service.lock(tx, incident_id)
    if not incident.is_open:
        return
    latest = await facts_store.find_latest_assessed(tx.conn, incident_id)
    question = question_of(await catalog.severity_profile_in(tx), incident, latest)
    await tx.emit(ReassessmentDue(**service.about(incident), sentence=question, severity=incident.severity))
    await _tell(tx, incident, question)
    await arm(tx, incident)


def question_of(profile: Profile, incident: Incident, latest: Assessed | None) -> str:
    """What is asked, with the proposal that still waits for a person."""
    ref = incident_ref(incident.number)
    waits = latest is not None and latest.kept is None and find_level(profile, latest.suggested) is not None
    if latest is not None and waits:
        known = proposing.in_words(latest.facts)
        return (
            f"Is {ref} still {_level(incident)}? What is known ({known}) assesses to {latest.suggested}:"
            f" take that or keep the level, tocsin severity {ref} {latest.suggested} --why TEXT."
        )
    return (
        f"Is {ref} still {_level(incident)}? Say what has become known, tocsin assess {ref} --users-affected 30%,"
        f" or change the level, tocsin severity {ref} LEVEL --why TEXT."
    )


def _level(incident: Incident) -> str:
    return f"a {incident.severity}" if incident.severity else "not classified"


async def _tell(tx: Tx, incident: Incident, question: str) -> None:
    name = communicator(await assigning.list_holdings(tx.conn, incident.id), incident)
    for user in await accounts.list_users_by_name(tx.conn, [name] if name else []):
        await notify(
            tx,
            Notification(
                user_id=user.id,
                topic=incident.topic,
                purpose=Purpose.INFO,
                message=_message(incident, question),
                urgency=Urgency.LOW,
                prio=BULK,
                scope_id=incident.scope_id,
                cause="reassess",
            ),
        )


def _message(incident: Incident, question: str) -> MessageView:
    ref = incident_ref(incident.number)
    return MessageView(
        title=incident.title,
        incident_ref=ref,
        severity=incident.severity or "",
        what=sentences.full_stop(question),
        why_you="You speak for the incident.",
        since=service.impact_started(incident),
        url=f"/incidents/{ref}",
    )


def _key(incident_id: int) -> str:
    return f"reassess:{incident_id}"
