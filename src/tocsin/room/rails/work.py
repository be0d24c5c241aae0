"""Guard rails about the work itself: the severity is set, what is seen is shared, whoever is to be called is called."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from tocsin.catalog.severity import Escalation
from tocsin.incidents.model import Status
from tocsin.incidents.service import impact_started
from tocsin.kernel.ids import incident_ref
from tocsin.paging.escalation import in_words
from tocsin.room.model import RoomFacts, Rule, Spell

SEVERITY_GRACE = timedelta(minutes=5)
"""How long nobody has to say how bad it is."""

PATIENCE = timedelta(minutes=15)
"""How long a top level is investigated without a word or a mitigation."""

TOLD_LATE = timedelta(minutes=2)
"""How late a rule of the profile may be before that is a finding: its own timer is not."""

SHARES = frozenset({"observation", "action", "decision", "answer"})
"""Types of entries that tell others what somebody has seen or done."""


def severity_not_set(facts: RoomFacts) -> Iterable[Spell]:
    """Five minutes have passed, and nobody has said how bad it is (CLS-4)."""
    if facts.incident.severity is not None or not facts.incident.is_open:
        return
    ref = incident_ref(facts.incident.number)
    yield Spell(
        rule=Rule.SEVERITY_NOT_SET,
        occurrence=facts.counted_from.isoformat(),
        since=facts.counted_from + SEVERITY_GRACE,
        text=f"Nobody has said in {in_words(SEVERITY_GRACE)} how bad this is: cadence, escalation and checklist wait.",
        remedy=f"Grade it: tocsin severity {ref} LEVEL --why TEXT; tocsin assess helps to choose.",
    )


def nothing_shared(facts: RoomFacts) -> Iterable[Spell]:
    """15 minutes of investigation at a top level without a finding shared."""
    began = facts.investigating_since
    if began is None or not facts.is_top or not facts.is_worked_on or facts.incident.status is Status.IDENTIFIED:
        return
    last = max([began, *(entry.at for entry in facts.written if entry.type in SHARES)])
    yield Spell(
        rule=Rule.NOTHING_SHARED,
        occurrence=last.isoformat(),
        since=last + PATIENCE,
        text=f"Nobody has written for {in_words(PATIENCE)} what was seen or tried.",
        remedy=f'Write it down: tocsin log {incident_ref(facts.incident.number)} "what you see" --type observation.',
    )


def escalation_not_done(facts: RoomFacts) -> Iterable[Spell]:
    """What the severity profile asks for was due, and nobody was told."""
    if facts.level is None or not facts.incident.is_open:
        return
    for rule in facts.level.escalations:
        told = facts.told_beside.get(rule.target)
        if told is not None and (told.is_dropped or told.users):
            continue
        due_at = _due_at(facts, rule)
        yield Spell(
            rule=Rule.ESCALATION_NOT_DONE,
            occurrence=f"{rule.target} {facts.counted_from.isoformat()}",
            since=told.at if told is not None else due_at + TOLD_LATE,
            text=f"A {facts.level.name} is told to {rule.target} after {in_words(rule.after)}; nobody was reached.",
            remedy=f"Tell them yourself: tocsin add-responder {incident_ref(facts.incident.number)} NAME.",
        )


def _due_at(facts: RoomFacts, rule: Escalation) -> datetime:
    """A rule of a level that came later is not overdue at once."""
    since = impact_started(facts.incident) if rule.since == "impact" else facts.counted_from
    return max(since + rule.after, facts.graded_at)


RULES = (severity_not_set, nothing_shared, escalation_not_done)
