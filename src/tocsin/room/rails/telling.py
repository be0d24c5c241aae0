"""Guard rails about what others are told: updates come in time, an ETA holds, the last word is said."""

from collections.abc import Iterable
from datetime import timedelta

from tocsin.incidents.model import Status
from tocsin.kernel.ids import incident_ref
from tocsin.paging.escalation import in_words
from tocsin.room.model import RoomFacts, Rule, Spell

LAST_WORD_WITHIN = timedelta(minutes=15)
"""How long after the end the last update may be waited for."""


def update_overdue(facts: RoomFacts) -> Iterable[Spell]:
    """The time that was promised for the next update has passed (COM-2)."""
    if facts.next_update_at is None or not facts.incident.is_open:
        return
    yield Spell(
        rule=Rule.UPDATE_OVERDUE,
        occurrence=facts.next_update_at.isoformat(),
        since=facts.next_update_at,
        text=f"The update that was promised for {facts.next_update_at:%H:%M} UTC is overdue.",
        remedy=f'Post one, also if nothing is new: tocsin update {incident_ref(facts.incident.number)} "TEXT".',
    )


def eta_passed(facts: RoomFacts) -> Iterable[Spell]:
    """The time at which it should have been over has passed (LIF-10)."""
    eta, ref = facts.incident.eta, incident_ref(facts.incident.number)
    if eta is None or not facts.is_worked_on:
        return
    yield Spell(
        rule=Rule.ETA_PASSED,
        occurrence=eta.isoformat(),
        since=eta,
        text=f"It should have been over by {eta:%H:%M} UTC, and is not.",
        remedy=f"Give another time, or say that it is unknown: tocsin eta {ref} unknown.",
    )


def no_last_word(facts: RoomFacts) -> Iterable[Spell]:
    """It is over, people were told of it while it lasted, and nobody told them that it is over."""
    ended_at = facts.incident.resolved_at
    if ended_at is None or facts.incident.status is not Status.RESOLVED or not facts.updates:
        return
    if any(update.at >= ended_at for update in facts.updates):
        return
    yield Spell(
        rule=Rule.NO_LAST_WORD,
        occurrence=ended_at.isoformat(),
        since=ended_at + LAST_WORD_WITHIN,
        text=f"Resolved for {in_words(LAST_WORD_WITHIN)}, and those who read the updates have not been told.",
        remedy=f'Tell them: tocsin update {incident_ref(facts.incident.number)} "It is over: …".',
    )


RULES = (update_overdue, eta_passed, no_last_word)
