"""The brief of a hand-off (ROL-3), from the record itself: what somebody must know who takes over. Pure."""

from datetime import datetime

import msgspec

from tocsin.incidents.roles import holders_of
from tocsin.incidents.sentences import full_stop, joined
from tocsin.kernel.ids import incident_ref
from tocsin.mitigation.model import Result
from tocsin.room.model import RoomFacts


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    """Each part in whole lines, empty where there is nothing to say."""

    ref: str
    title: str
    status: str
    impact: str
    tried: tuple[str, ...]
    strategy: str
    people: tuple[str, ...]
    questions: tuple[str, ...]
    decisions: tuple[str, ...]
    tasks: tuple[str, ...]


def brief(facts: RoomFacts) -> Brief:
    incident = facts.incident
    level = incident.severity or "not graded"
    return Brief(
        ref=incident_ref(incident.number),
        title=incident.title,
        status=f"{level}, {incident.status} since {_since(facts):%H:%M} UTC.{_what_is_due(facts)}",
        impact=_impact(facts),
        tried=tuple(
            f"{each.what}: {each.result.words if each.result else 'under way'}, by {each.by}."
            for each in facts.mitigations
        ),
        strategy=_strategy(facts),
        people=_people(facts),
        questions=tuple(f"{entry.by} asks: {entry.text}" for entry in facts.open_questions),
        decisions=tuple(f"{entry.by}: {entry.text}" for entry in facts.written if entry.type == "decision")[-5:],
        tasks=tuple(
            f"{task.text} ({task.owner or 'nobody'}, {task.state.words})" for task in facts.tasks if task.is_open
        ),
    )


def _since(facts: RoomFacts) -> datetime:
    incident = facts.incident
    steps = (incident.declared_at, incident.acknowledged_at, incident.identified_at, incident.mitigated_at)
    return max(at for at in (*steps, facts.investigating_since) if at is not None)


def _what_is_due(facts: RoomFacts) -> str:
    """What the new holder has promised with the role."""
    update = f" Next update due at {facts.next_update_at:%H:%M} UTC." if facts.next_update_at is not None else ""
    eta = facts.incident.eta
    return update + (f" ETA {eta:%H:%M} UTC." if eta is not None else "")


def _impact(facts: RoomFacts) -> str:
    incident = facts.incident
    parts = [full_stop(incident.impact or incident.summary or "Nobody has said what users see")]
    if incident.users_affected:
        parts.append(f"Users affected: {incident.users_affected}.")
    if incident.services:
        parts.append(f"{'Service' if len(incident.services) == 1 else 'Services'}: {joined(incident.services)}.")
    return " ".join(parts)


def _strategy(facts: RoomFacts) -> str:
    """What runs now, else the last decision, else what has helped and has to go on helping."""
    running = [each for each in facts.mitigations if each.runs]
    if running:
        return f"Under way: {running[-1].what}."
    decisions = [entry for entry in facts.written if entry.type == "decision"]
    if decisions:
        return full_stop(decisions[-1].text)
    helped = [each for each in facts.mitigations if each.result is Result.HELPED]
    if helped:
        return f"See whether it stays well after: {full_stop(helped[-1].what)}"
    return "None is written down: ask before you take over."


def _people(facts: RoomFacts) -> tuple[str, ...]:
    roles = dict.fromkeys(holding.role for holding in facts.holdings if holding.holds)
    held = [f"{role.words.capitalize()}: {joined(holders_of(facts.holdings, role))}." for role in roles]
    available = [holding.user for holding in facts.holdings if not holding.holds]
    return (*held, f"Available: {joined(available)}.") if available else tuple(held)


def brief_text(told: Brief) -> str:
    """Plain text for a message and the command line; parts with nothing in them are left out."""
    parts = [f"{told.ref} {told.title}", told.status, f"Impact: {told.impact}"]
    for heading, lines in (
        ("Tried", told.tried),
        ("People", told.people),
        ("Open questions", told.questions),
        ("Decisions", told.decisions),
        ("Open tasks", told.tasks),
    ):
        if lines:
            parts.append("\n".join([f"{heading}:", *(f"- {line}" for line in lines)]))
        if heading == "Tried":
            parts.append(f"Strategy: {told.strategy}")
    return "\n".join(parts)
