"""Each person's tone in all drawings: the same on every page, and different among any few who came together."""

from collections.abc import Sequence

from tocsin.accounts.model import User

TONES = 10
"""How many the style sheet has: `tone-0` and so on."""


def tones_of(people: Sequence[User]) -> dict[str, str]:
    """In the order in which people came, so that nobody's tone changes when somebody joins."""
    return {user.name: f"tone-{place % TONES}" for place, user in enumerate(sorted(people, key=lambda user: user.id))}
