"""A commander's decision aid (ROL-4): roll back, escalate, resolve? Each with its reasons and what is not known. Pure.

It proposes; a person decides.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from tocsin.catalog.facts import Facts
from tocsin.incidents.model import DetectionSource, Status
from tocsin.incidents.roles import RoleName
from tocsin.incidents.sentences import full_stop, joined
from tocsin.incidents.task_model import TaskState
from tocsin.paging.escalation import in_words
from tocsin.room.lexicon import find_deployment
from tocsin.room.model import RoomFacts, Written

INVESTIGATE_FOR = timedelta(minutes=15)
"""How long to look for a cause before the last change is rolled back, or help is called."""

RESOLVE_WITHIN = timedelta(minutes=30)
"""How long an incident may last before more people look at it."""

RECENT = timedelta(hours=2)
"""How long before the impact a deployment is still suspected."""


MOST_CHECKS = 5
"""So many checks that are not met are named."""


class Answer(StrEnum):
    YES = "yes"
    NOT_YET = "not yet"
    NO = "no"


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """`reasons` in whole sentences, the weightiest first; `lacks` completes "not known: …"."""

    question: str
    answer: Answer
    reasons: tuple[str, ...]
    lacks: tuple[str, ...] = ()


def advise(facts: RoomFacts, now: datetime) -> tuple[Advice, Advice, Advice]:
    return roll_back(facts, now), escalate(facts, now), resolve(facts, now)


def roll_back(facts: RoomFacts, now: datetime) -> Advice:
    """A recent deployment and confidence: now. Else investigate for 15 minutes, then the last change goes back."""
    question, lacks, window = "Roll back?", _lacks_changes(facts), in_words(INVESTIGATE_FOR)
    if not facts.is_worked_on:
        return _no(question, "Nobody has to act on it now.")
    tried = [each for each in facts.mitigations if each.strategy == "rollback"]
    if tried:
        return _no(question, f"It was rolled back already: “{tried[-1].what}”. Look for another way.", lacks=lacks)
    suspected = _deployments(facts)
    if facts.incident.source is DetectionSource.DEPLOYMENT:
        return Advice(
            question=question, answer=Answer.YES, reasons=("It was noticed right at a deployment.",), lacks=lacks
        )
    if suspected:
        entry = suspected[-1]
        reason = f"A change shortly before is the likeliest cause: {entry.by} wrote “{entry.text}”."
        return Advice(question=question, answer=Answer.YES, reasons=(reason,), lacks=lacks)
    looked_for = now - (facts.investigating_since or facts.counted_from)
    if looked_for < INVESTIGATE_FOR:
        reason = f"Nothing speaks for a change yet; investigate until {window} are over."
        return Advice(question=question, answer=Answer.NOT_YET, reasons=(reason,), lacks=lacks)
    if facts.incident.identified_at is not None:
        return _no(question, "The cause is known: mitigate that.", lacks=lacks)
    reason = f"{window.capitalize()} of investigation and no cause: undo the last change, if there was one."
    return Advice(question=question, answer=Answer.YES, reasons=(reason,), lacks=lacks)


def _deployments(facts: RoomFacts) -> list[Written]:
    """Entries that speak of something brought into production."""
    return [entry for entry in facts.written if entry.type in ("observation", "answer") and find_deployment(entry.text)]


def _lacks_changes(facts: RoomFacts) -> tuple[str, ...]:
    if _deployments(facts):
        return ()
    return (f"what was deployed or changed in the {in_words(RECENT)} before it began; write it as an observation",)


def escalate(facts: RoomFacts, now: datetime) -> Advice:
    """Who else is needed, and why: each reason names whom to call."""
    question = "Escalate?"
    if not facts.is_worked_on:
        return _no(question, "Nobody has to act on it now.")
    reasons = [*_by_impact(facts.known), *_by_time(facts, now), *_by_team(facts)]
    lacks = tuple(words for fact, words in _ASKED.items() if getattr(facts.known, fact) is None)
    if reasons:
        return Advice(question=question, answer=Answer.YES, reasons=tuple(reasons), lacks=lacks)
    return Advice(
        question=question,
        answer=Answer.NOT_YET,
        reasons=("It is young, one service is hit, and nothing known is grave.",),
        lacks=lacks,
    )


_ASKED = {
    "breach": "whether somebody has broken in",
    "data_loss_risk": "whether data can be lost",
    "service_status": "whether it is down for everybody",
    "getting_worse": "whether it is getting worse",
}
"""The facts that escalation hangs on, as a question to the room."""


def _by_impact(known: Facts) -> Iterable[str]:
    if known.breach:
        yield "A breach is suspected: page security, and a manager, for decisions that are not technical."
    if known.data_corruption or known.data_loss_risk in ("high", "medium"):
        yield "Data may be lost: page who knows the database, and a manager."
    if known.service_status == "down" or known.customers == "all":
        yield "It is a complete outage: page everybody on call."
    if known.getting_worse:
        yield "The impact grows: page more people before they are needed."


def _by_time(facts: RoomFacts, now: datetime) -> Iterable[str]:
    looked_since = facts.investigating_since
    if looked_since is not None and facts.incident.identified_at is None and now - looked_since >= INVESTIGATE_FOR:
        yield f"No cause after {in_words(INVESTIGATE_FOR)}: page a specialist for what you do not know."
    if now - facts.counted_from >= RESOLVE_WITHIN:
        yield f"Not resolved in {in_words(RESOLVE_WITHIN)}: call the next step of the ladder."


def _by_team(facts: RoomFacts) -> Iterable[str]:
    if len(facts.incident.services) > 1:
        yield f"Several services are hit, {joined(facts.incident.services)}: page the people of each."
    blocked = [task.text for task in facts.tasks if task.state is TaskState.BLOCKED]
    if blocked:
        yield f"Work is blocked, “{blocked[0]}”: a manager decides, or the vendor gets a critical ticket."
    unanswered = facts.open_questions
    if unanswered and not any(each.holds and each.role is RoleName.EXPERT for each in facts.holdings):
        yield f"Nobody has answered “{unanswered[0].text}”: page a specialist who can."


def resolve(facts: RoomFacts, now: datetime) -> Advice:
    """All checks pass, and have for the level's stability window."""
    question = "Resolve?"
    if not facts.incident.is_open:
        return _no(question, f"It is {facts.incident.status} already.")
    unmet = [check for check in facts.checks if not check.is_met]
    reasons = [
        full_stop(f"{check.label}: {check.detail or check.state.replace('-', ' ')}") for check in unmet[:MOST_CHECKS]
    ]
    if len(unmet) > len(reasons):
        reasons.append(f"{len(unmet) - MOST_CHECKS} more are not met.")
    if facts.incident.status is not Status.MONITORING or facts.incident.mitigated_at is None:
        return _no(question, "It is not mitigated yet.", reasons=reasons)
    if facts.level is None:
        return _no(question, "Its severity is not set, so nobody knows how long it must stay healthy.", reasons=reasons)
    stable_at = facts.incident.mitigated_at + facts.level.stability_window
    if reasons:
        return _no(question, *reasons)
    if now < stable_at:
        reason = f"Every check passes; it must stay so until {stable_at:%H:%M} UTC, as a {facts.level.name} asks."
        return Advice(question=question, answer=Answer.NOT_YET, reasons=(reason,))
    window = in_words(facts.level.stability_window)
    return Advice(
        question=question, answer=Answer.YES, reasons=(f"Every check passes, and it has been stable for {window}.",)
    )


def _no(question: str, *because: str, lacks: tuple[str, ...] = (), reasons: Iterable[str] = ()) -> Advice:
    return Advice(question=question, answer=Answer.NO, reasons=(*because, *reasons), lacks=lacks)
