"""Who is told beside the ladder because the severity profile says so: leadership after 15 minutes, … (PAG-2).

One timer for each rule of the incident's level. They ask for no answer and climb nothing; what an acknowledgement
stops is the ladder, not these. Decided when the timer fires, by the level as it is then.
"""

from collections.abc import Iterable
from datetime import datetime

from tocsin.catalog import service as catalog
from tocsin.catalog.severity import Escalation, Level, Profile
from tocsin.delivery import service as delivery
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
from tocsin.paging.model import Answer, Outside, Target, TargetKind, parse_target
from tocsin.paging.variants import teams_of

TELL = "paging.beside"
OWNING_LEAD = "lead:"
"""The target without a name: the leads of the team that owns the service."""


def due_at(rule: Escalation, counted_from: datetime, incident: Incident, now: datetime) -> datetime:
    """When a rule is due, never in the past: `since` the impact, or since the incident was declared or reopened."""
    since = incidents.impact_started(incident) if rule.since == "impact" else counted_from
    return max(now, since + rule.after)


async def arm(tx: Tx, incident: Incident, counted_from: datetime) -> None:
    """One timer for each rule of the level; one that is armed already keeps its instant."""
    level = find_level(await catalog.severity_profile(tx.conn), incident.severity)
    for rule in level.escalations if level is not None else ():
        await _arm(tx, incident.id, rule.target, due_at(rule, counted_from, incident, tx.now))


async def call_off(tx: Tx, incident_id: int) -> None:
    """It is over: nobody else needs to hear of it."""
    for target in sorted(targets_of(await catalog.severity_profile(tx.conn))):
        await jobs.cancel(tx, key=_key(incident_id, target))


def targets_of(profile: Profile) -> set[str]:
    """Everything that a rule of the profile names, as it is written."""
    return {rule.target for level in profile.levels for rule in level.escalations}


async def tell(tx: Tx, incident_id: int, target: str) -> None:
    """The timer of a rule: whoever it names is told, unless the incident is over or its level asks for it no more."""
    incident = await incidents.lock(tx, incident_id)
    if not incident.is_open:
        return
    level = find_level(await catalog.severity_profile(tx.conn), incident.severity)
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


def find_rule(level: Level | None, target: str) -> Escalation | None:
    """The rule of the level that names this target."""
    return next((rule for rule in level.escalations if rule.target == target), None) if level is not None else None


async def _tell(tx: Tx, incident: Incident, rule: Escalation) -> None:
    answers = await load_answers(tx.conn, await _targets(tx, incident, rule), tx.now)
    receivers = {person.name: person for answer in answers.values() for person in answer.people}
    message = messages.told_by_profile(incident, sentences.rule_in_words(incident, rule))
    for receiver in receivers.values():
        outside = isinstance(receiver, Outside)
        await delivery.notify(
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


def why_nobody(answers: Iterable[Answer]) -> str:
    """ "carol is disabled": why those whom a rule names cannot be told."""
    reasons = [
        clause
        for answer in answers
        for clause in ([f"{out.name} {out.why}" for out in answer.left_out] or ([] if answer.people else [answer.why]))
    ]
    return "; ".join(dict.fromkeys(reasons)) or "no team owns its services"


async def _targets(tx: Tx, incident: Incident, rule: Escalation) -> tuple[Target, ...]:
    if rule.target != OWNING_LEAD:
        return (parse_target(rule.target),)
    teams = teams_of(await catalog.list_services(tx.conn), incident.services)
    return tuple(Target(TargetKind.LEAD, team.name) for team in teams)


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
