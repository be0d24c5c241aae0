"""Guard rails about the end: not too early, and with the postmortem that the level asks for."""

from collections.abc import Iterable

from tocsin.catalog.severity import Postmortem
from tocsin.incidents.model import Status
from tocsin.kernel.ids import incident_ref
from tocsin.paging.escalation import in_words
from tocsin.room.model import RoomFacts, Rule, Spell


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
    """The level asks for a postmortem, the time for it is over, and the incident is not closed."""
    resolved_at = facts.incident.resolved_at
    if facts.level is None or resolved_at is None or facts.incident.status is not Status.RESOLVED:
        return
    if facts.level.postmortem is Postmortem.REQUIRED:
        yield Spell(
            rule=Rule.POSTMORTEM_OVERDUE,
            occurrence=resolved_at.isoformat(),
            since=resolved_at + facts.level.publish_by,
            text=f"A {facts.level.name} has its postmortem published within {in_words(facts.level.publish_by)}; "
            "this one is not closed.",
            remedy=f"Publish it, then: tocsin close {incident_ref(facts.incident.number)}.",
        )


RULES = (resolved_too_early, postmortem_overdue)
