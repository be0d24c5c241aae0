"""Guard rails about stages and the end: in the time box, not too early, and with what the level asks for afterwards."""

from collections.abc import Iterable
from datetime import timedelta

from tocsin.incidents.closing import lacks_postmortem
from tocsin.incidents.model import Status
from tocsin.incidents.sentences import joined
from tocsin.incidents.stages import find_phase
from tocsin.kernel.ids import incident_ref
from tocsin.paging.escalation import in_words
from tocsin.room.model import RoomFacts, Rule, Spell

FOLLOWED_UP_WITHIN = timedelta(days=7)
"""How long after the end tasks may stay open before they count as ignored."""


def stage_overdue(facts: RoomFacts) -> Iterable[Spell]:
    """The time box of the stage has ended, and its work is not done (LIF-4)."""
    phase = find_phase(facts.level, facts.incident)
    if phase is None or facts.level is None or not facts.is_worked_on:
        return
    ref, ends_at = incident_ref(facts.incident.number), facts.incident.declared_at + phase.ends
    is_taken = facts.incident.acknowledged_at is not None
    yield Spell(
        rule=Rule.STAGE_OVERDUE,
        occurrence=f"{phase.name} {ends_at.isoformat()}",
        since=max(ends_at, facts.graded_at, facts.counted_from),
        text=f"The time to {phase.name}, for a {facts.level.name}, ended at {ends_at:%H:%M} UTC.",
        remedy=f"Call for help: tocsin escalate {ref}." if is_taken else f"Take it: tocsin ack {ref}.",
    )


def resolved_too_early(facts: RoomFacts) -> Iterable[Spell]:
    """Resolved before it was healthy for the level's stability window; said until that window is over."""
    mitigated_at, resolved_at = facts.incident.mitigated_at, facts.incident.resolved_at
    if facts.level is None or mitigated_at is None or resolved_at is None:
        return
    if facts.incident.status is Status.RESOLVED:
        window = facts.level.stability_window
        yield Spell(
            rule=Rule.RESOLVED_EARLY,
            occurrence=resolved_at.isoformat(),
            since=resolved_at,
            until=mitigated_at + window,
            text=f"Resolved before it was stable for {in_words(window)}: a relapse would surprise everybody.",
            remedy=f"Watch it until {mitigated_at + window:%H:%M} UTC; tocsin reopen "
            f"{incident_ref(facts.incident.number)} if it comes back.",
        )


def postmortem_overdue(facts: RoomFacts) -> Iterable[Spell]:
    """The level asks for a postmortem, the time for it is over, and none is published (PMT-8)."""
    resolved_at, ref = facts.incident.resolved_at, incident_ref(facts.incident.number)
    if facts.level is None or resolved_at is None or facts.incident.status is not Status.RESOLVED:
        return
    if lacks_postmortem(facts.incident, facts.level):
        yield Spell(
            rule=Rule.POSTMORTEM_OVERDUE,
            occurrence=resolved_at.isoformat(),
            since=resolved_at + facts.level.publish_by,
            text=f"A {facts.level.name} has its postmortem published within {in_words(facts.level.publish_by)}; "
            "this one is not.",
            remedy=f"Write it: tocsin postmortem draft {ref}, then: tocsin postmortem publish {ref}.",
        )


def tasks_ignored(facts: RoomFacts) -> Iterable[Spell]:
    """Open tasks became follow-ups at the end (WAR-5), and a week later nobody has done them."""
    resolved_at = facts.incident.resolved_at
    left = [task for task in facts.tasks if task.is_open]
    if resolved_at is None or facts.incident.status is not Status.RESOLVED or not left:
        return
    count = "1 follow-up" if len(left) == 1 else f"{len(left)} follow-ups"
    yield Spell(
        rule=Rule.TASKS_IGNORED,
        occurrence=resolved_at.isoformat(),
        since=resolved_at + FOLLOWED_UP_WITHIN,
        text=f"{count} of this incident not done after {in_words(FOLLOWED_UP_WITHIN)}.",
        remedy=f"Do them or give them up: tocsin task {incident_ref(facts.incident.number)} lists them.",
    )


def same_cause_again(facts: RoomFacts) -> Iterable[Spell]:
    """The same service failed with the same cause before, within 90 days."""
    if not facts.alike or facts.incident.status is Status.CLOSED:
        return
    refs = [incident_ref(number) for number in facts.alike]
    yield Spell(
        rule=Rule.SAME_CAUSE,
        occurrence=f"{facts.incident.cause_category} {joined(refs)}",
        since=facts.counted_from,
        text=f"{joined(refs)} had the same cause, {facts.incident.cause_category}, in the last 90 days.",
        remedy=f"Read what was to be done then: tocsin show {refs[0]}.",
    )


RULES = (stage_overdue, resolved_too_early, postmortem_overdue, tasks_ignored, same_cause_again)
