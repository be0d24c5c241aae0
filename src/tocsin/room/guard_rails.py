"""All guard rails together: what is wrong now, and when to look again (GRD-1). Pure."""

from collections.abc import Callable, Iterable
from datetime import datetime

from tocsin.room.model import Look, RoomFacts, Spell
from tocsin.room.rails import changing, command, ending, telling, words, work

RULES: tuple[Callable[[RoomFacts], Iterable[Spell]], ...] = (
    *work.RULES,
    *command.RULES,
    *changing.RULES,
    *telling.RULES,
    *words.RULES,
    *ending.RULES,
)


def look(facts: RoomFacts, now: datetime) -> Look:
    """Findings in the order in which they began; none of what is merged, since its work goes on elsewhere."""
    if facts.incident.merged_into is not None:
        return Look((), None)
    spells = [spell for rule in RULES for spell in rule(facts)]
    findings = sorted((spell for spell in spells if spell.holds(now)), key=lambda spell: (spell.since, spell.rule))
    changes = (at for spell in spells for at in (spell.since, spell.until) if at is not None and at > now)
    return Look(tuple(findings), min(changes, default=None))
