"""Who changed whose shift in the demo's past, from a seed: weeks that two people swapped, and hours that one took for
another. Pure. Each is of weeks that nothing else changes, so that whoever the rotation names still holds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct

from tocsin.demo.organisation import TEAMS, DemoTeam, handovers, holder_of
from tocsin.demo.tales import QUIET

AHEAD = timedelta(days=14)
"""So far ahead of the end people have agreed already."""

SWAPPED, COVERED = 0.06, 0.12
"""How often a week is."""

FOR_A_WEEK = ("wedding of my sister", "moving house", "a conference in Lisbon", "school holidays", "an operation")
FOR_HOURS = ("dentist", "parents' evening", "on a plane", "the plumber comes", "a concert", "a headache")


class Change(Struct, frozen=True, kw_only=True):
    """`taker` is on call instead of `giver` within [starts_at, ends_at). Of a swap that is a whole week, the giver gets
    the one that begins at `takes_at`, and the taker has said yes at `accepted_at`."""

    at: datetime
    team: DemoTeam
    giver: str
    taker: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    takes_at: datetime | None = None
    accepted_at: datetime | None = None


def tell_changes(seed: int, ends: datetime, days: int) -> list[Change]:
    """Oldest first; whatever was agreed on before the past holds still, be it about the days to come."""
    dice = Random(f"{seed} changes")  # noqa: S311  a story, no secret
    began = ends - timedelta(days=days)
    found = [
        change
        for team in TEAMS
        for change in _of_team(dice, team, began, ends + AHEAD)
        if began < change.at and (change.accepted_at or change.at) < ends - QUIET
    ]
    return sorted(found, key=lambda change: change.at)


def _of_team(dice: Random, team: DemoTeam, began: datetime, until: datetime) -> Iterator[Change]:
    weeks = handovers(team, began, until)
    place = 1
    while place < len(weeks) - 2:
        chance = dice.random()
        if chance < SWAPPED:
            yield _swap(dice, team, place, weeks)
            place += 1
        elif chance < SWAPPED + COVERED:
            yield _cover(dice, team, place, weeks)
        place += 1


def _swap(dice: Random, team: DemoTeam, place: int, weeks: list[datetime]) -> Change:
    """With whoever is on call the week after."""
    at = weeks[place] - timedelta(minutes=dice.randint(2 * 1440, 6 * 1440))
    return Change(
        at=at,
        team=team,
        giver=holder_of(team, place),
        taker=holder_of(team, place + 1),
        starts_at=weeks[place],
        ends_at=weeks[place + 1],
        reason=dice.choice(FOR_A_WEEK),
        takes_at=weeks[place + 1],
        accepted_at=at + timedelta(minutes=dice.randint(4, 600)),
    )


def _cover(dice: Random, team: DemoTeam, place: int, weeks: list[datetime]) -> Change:
    """Somebody else of the team takes some hours of a day in the middle of that week: at its ends they may have a week
    of their own beside it, and be on call for too long in a row."""
    giver = holder_of(team, place)
    starts_at = weeks[place] + timedelta(days=dice.randint(1, 4), hours=dice.randint(1, 10))
    return Change(
        at=starts_at - timedelta(minutes=dice.randint(90, 3 * 1440)),
        team=team,
        giver=giver,
        taker=dice.choice([name for name in team.members if name != giver]),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=dice.randint(3, 9)),
        reason=dice.choice(FOR_HOURS),
    )
