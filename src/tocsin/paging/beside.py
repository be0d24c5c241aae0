"""Who is told beside the ladder because the severity profile says so: leadership after 15 minutes, … (PAG-2).

One timer for each rule of the incident's level. They ask for no answer and climb nothing; what an acknowledgement
stops is the ladder, not these. Decided when the timer fires, by the level as it is then.
"""

from datetime import datetime

from tocsin.catalog import service as catalog
from tocsin.catalog.notifying import notify
from tocsin.catalog.severity import Escalation, Level, Profile
from tocsin.delivery.model import NORMAL, Notification, Purpose, Urgency
from tocsin.incidents import service as incidents
from tocsin.incidents.classifying import find_level
from tocsin.incidents.model import Incident
from tocsin.kernel import jobs
from tocsin.kernel.tx import Tx
from tocsin.paging import climbing, messages, sentences, telling
from tocsin.paging.answers import load_answers
from tocsin.paging.cover import find_cover
from tocsin.paging.events import ProfileRuleDropped, ProfileRuleFollowed
from tocsin.paging.model import Outside
from tocsin.paging.profile_rules import due_at, find_rule, targets_of_rule, why_nobody

TELL = "paging.beside"


async def arm(tx: Tx, incident: Incident, level: Level | None, counted_from: datetime) -> None:
    """One timer for each rule of the level; one that is armed already keeps its instant."""
    for rule in level.escalations if level is not None else ():
        await _arm(tx, incident.id, rule.target, due_at(rule, counted_from, incidents.impact_started(incident), tx.now))


async def call_off(tx: Tx, incident_id: int) -> None:
    """It is over: nobody else needs to hear of it."""
    for target in sorted(targets_of(await catalog.severity_profile_in(tx))):
        await jobs.cancel(tx, key=_key(incident_id, target))


def targets_of(profile: Profile) -> set[str]:
    """Everything that a rule of the profile names, as it is written."""
    return {rule.target for level in profile.levels for rule in level.escalations}


async def tell(tx: Tx, incident_id: int, target: str) -> None:
    """The timer of a rule: whoever it names is told, unless the incident is over or its level asks for it no more."""
    incident = await incidents.lock(tx, incident_id)
    if not incident.is_open:
        return
    level = find_level(await catalog.severity_profile_in(tx), incident.severity)
    rule = find_rule(level, target)
    why_not = sentences.why_not_told(rule, target, incident)
    if rule is None or why_not:
        await tx.emit(ProfileRuleDropped(**incidents.about(incident), sentence=why_not, target=target))
        return
    cover = await find_cover(tx, incident)
    if cover is not None:
        await _arm(tx, incident_id, target, cover.until)
        return
    await _tell(tx, incident, rule)


async def _tell(tx: Tx, incident: Incident, rule: Escalation) -> None:
    targets = targets_of_rule(rule, await catalog.list_services(tx.conn), incident.services)
    answers = await load_answers(tx.conn, targets, tx.now)
    receivers = {person.name: person for answer in answers.values() for person in answer.people}
    message = messages.told_by_profile(incident, sentences.rule_in_words(incident, rule))
    for receiver in receivers.values():
        outside = isinstance(receiver, Outside)
        await notify(
            tx,
            Notification(
                user_id=None if outside else receiver.user_id,
                outsider=receiver.receiver if outside else None,
                topic=incident.topic,
                purpose=Purpose.INFO,
                message=message,
                urgency=Urgency.HIGH,
                prio=NORMAL,
                scope_id=incident.scope_id,
                cause=f"{telling.BESIDE}{rule.target}",
            ),
        )
    await tx.emit(
        ProfileRuleFollowed(
            **incidents.about(incident),
            sentence=sentences.rule_followed(incident, rule, tuple(receivers), why_nobody(answers.values())),
            target=rule.target,
            users=tuple(receivers),
        )
    )


async def _arm(tx: Tx, incident_id: int, target: str, at: datetime) -> None:
    job = jobs.NewJob(
        kind=TELL,
        payload={"incident_id": incident_id, "target": target},
        lane=climbing.TIMERS,
        run_at=at,
        key=_key(incident_id, target),
    )
    await jobs.enqueue(tx, job)


def _key(incident_id: int, target: str) -> str:
    return f"beside:{incident_id}:{target}"
