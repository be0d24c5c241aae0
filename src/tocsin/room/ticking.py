"""Which items of a checklist tick themselves, and which part of it is the one to look at now (GRD-2). Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from tocsin.incidents.model import Status
from tocsin.mitigation.model import Result, is_mitigating
from tocsin.room.checklist_items import Phase, Tick
from tocsin.room.model import RoomFacts

FIRST_FOR = timedelta(minutes=5)
"""How long the first part is the one to look at."""

EARLY_FOR = timedelta(minutes=15)
"""How long the second one is, unless the level's first time box is longer."""


def _helped(facts: RoomFacts) -> bool:
    return any(mitigation.result is Result.HELPED for mitigation in facts.mitigations)


def _is_updated(facts: RoomFacts) -> bool:
    return any(update.at >= facts.counted_from for update in facts.updates)


def _has_last_word(facts: RoomFacts) -> bool:
    ended_at = facts.incident.resolved_at
    return ended_at is not None and any(update.at >= ended_at for update in facts.updates)


def _checks_pass(facts: RoomFacts) -> bool:
    return bool(facts.checks) and all(check.is_met for check in facts.checks)


def _users_known(facts: RoomFacts) -> bool:
    known = facts.known
    return known.users_affected_share is not None or known.users_affected is not None


def _has_decision(facts: RoomFacts) -> bool:
    return any(entry.type in ("decision", "action") for entry in facts.written)


WHEN: Mapping[Tick, tuple[str, Callable[[RoomFacts, datetime], bool]]] = {
    Tick.ACKNOWLEDGED: ("somebody has acknowledged", lambda f, _: f.incident.acknowledged_at is not None),
    Tick.ALERTS_CLEARED: ("no alert fires any more", lambda f, _: f.has_cleared),
    Tick.CAUSE_KNOWN: ("the status says that the cause is known", lambda f, _: f.incident.identified_at is not None),
    Tick.CHECKS_MET: ("every check passes", lambda f, _: _checks_pass(f)),
    Tick.COMMANDED: ("somebody commands", lambda f, _: f.commander is not None),
    Tick.DECISION_WRITTEN: ("a decision or an action is on the timeline", lambda f, _: _has_decision(f)),
    Tick.FINAL_UPDATE: ("an update was posted after the end", lambda f, _: _has_last_word(f)),
    Tick.HELPED: ("a mitigation has helped", lambda f, _: _helped(f)),
    Tick.INVESTIGATING: ("somebody investigates", lambda f, _: f.investigating_since is not None),
    Tick.MITIGATED: ("it is monitored or over", lambda f, _: f.incident.mitigated_at is not None),
    Tick.RECORDED: ("the incident has a number and a room", lambda f, _: True),
    Tick.SEVERITY_SET: ("the severity is set", lambda f, _: f.incident.severity is not None),
    Tick.STABLE: ("it has been mitigated for the level's stability window", lambda f, now: _is_stable(f, now)),
    Tick.TIMELINE_BEGUN: ("a person has written on the timeline", lambda f, _: bool(f.written)),
    Tick.TOLD_BESIDE: (
        "a rule of the severity profile has told somebody",
        lambda f, _: any(told.users for told in f.told_beside.values()),
    ),
    Tick.TRIED: ("a mitigation is recorded", lambda f, _: bool(f.mitigations)),
    Tick.UPDATED: ("an update was posted", lambda f, _: _is_updated(f)),
    Tick.USERS_KNOWN: ("the share or number of users is known", lambda f, _: _users_known(f)),
}
"""What ticks an item by itself: in words, and as a predicate of the facts and the instant."""


def _is_stable(facts: RoomFacts, now: datetime) -> bool:
    mitigated_at = facts.incident.mitigated_at
    if mitigated_at is None or facts.level is None:
        return False
    return (facts.incident.resolved_at or now) >= mitigated_at + facts.level.stability_window


def phase_of(facts: RoomFacts, now: datetime) -> Phase:
    """The part to look at now: by the status, and while it is being investigated by the age."""
    status = facts.incident.status
    if status in (Status.RESOLVED, Status.CLOSED):
        return Phase.CLOSING if status is Status.RESOLVED and not _has_last_word(facts) else Phase.AFTER
    if status is Status.MONITORING:
        return Phase.RESOLUTION
    if status is Status.IDENTIFIED or is_mitigating(facts.mitigations):
        return Phase.MITIGATION
    age = now - facts.counted_from
    if age < FIRST_FOR:
        return Phase.FIRST
    return Phase.EARLY if age < early_until(facts) else Phase.LATER


def early_until(facts: RoomFacts) -> timedelta:
    """A quarter of an hour, or the level's first time box if that is longer."""
    return max(EARLY_FOR, facts.level.phases[0].ends) if facts.level is not None else EARLY_FOR
