"""Guard rails about what is written: nobody is blamed in the room. A remark, never a refusal."""

from collections.abc import Iterable
from datetime import timedelta

from tocsin.room.lexicon import find_blame
from tocsin.room.model import RoomFacts, Rule, Spell

REMARK_STAYS = timedelta(minutes=15)
"""How long a remark on an entry stands in the room; it stays on the timeline."""


def blame(facts: RoomFacts) -> Iterable[Spell]:
    """Each entry of a person that blames somebody, once."""
    for entry in facts.written:
        words = find_blame(entry.text)
        if words is not None:
            yield Spell(
                rule=Rule.BLAME,
                occurrence=f"entry {entry.id}",
                since=entry.at,
                until=entry.at + REMARK_STAYS,
                text=f"“{words}” sounds like blame, and whoever is blamed stops telling what they know.",
                remedy="Say what happened and what made it possible, instead of who did it.",
            )


RULES = (blame,)
