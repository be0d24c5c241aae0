"""Who holds a turn when people join and leave a rotation on a date: nobody is skipped, nobody serves twice. Pure.

The turns of `users` stand in a circle. A hand-over passes to the next turn that has a member; who leaves passes the
turn under way on to the next at that moment, and who joins waits until the circle comes to their place. So the order
and the place of all the others stay.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from tocsin.oncall.model import Layer
from tocsin.oncall.turns import Turn, turn_at

NOBODY: tuple[str, ...] = ()


class Holding(NamedTuple):
    """Who holds something, and for how long; None: without a bound. Local times."""

    users: tuple[str, ...]
    since: datetime | None
    until: datetime | None


class Place(NamedTuple):
    """A turn that has a member, by its place in `users` from 0; a turn of nobody on purpose is one too."""

    number: int
    people: tuple[str, ...]


class Epoch(NamedTuple):
    """The time from one change to the next: the turns that have a member, and which of them holds turn `number`."""

    since: datetime
    number: int
    at: int
    circle: tuple[Place, ...]

    def holder(self, number: int) -> Place | None:
        """Who has the turn of a number; None when nobody is left."""
        return self.circle[(self.at + number - self.number) % len(self.circle)] if self.circle else None


def holder_at(layer: Layer, local: datetime) -> Holding:
    """Who holds the turn at a local time, at or after the layer's begin."""
    if not layer.members:
        if len(layer.users) == 1:
            return Holding(layer.users[0], layer.starts, None)
        turn = turn_at(layer, local)
        return Holding(layer.users[turn.number % len(layer.users)], turn.begins, turn.ends)
    return _of_members(layer, turn_at(layer, local), local)


def _of_members(layer: Layer, turn: Turn, local: datetime) -> Holding:
    """The part of a turn around a local time that the same people hold: a change that leaves them ends nothing."""
    epochs = epochs_of(layer)
    here = bisect_right(epochs, local, key=_since) - 1
    first = max(bisect_right(epochs, turn.begins, key=_since) - 1, 0)
    last = len(epochs) if turn.ends is None else bisect_left(epochs, turn.ends, key=_since)
    people = [place.people if (place := each.holder(turn.number)) else NOBODY for each in epochs[first:last]]
    begin = end = here - first
    while begin > 0 and people[begin - 1] == people[end]:
        begin -= 1
    while end + 1 < len(people) and people[end + 1] == people[begin]:
        end += 1
    return Holding(
        people[begin],
        epochs[first + begin].since if begin > 0 else turn.begins,
        epochs[first + end + 1].since if end + 1 < len(people) else turn.ends,
    )


def _since(epoch: Epoch) -> datetime:
    return epoch.since


@lru_cache(maxsize=1024)
def epochs_of(layer: Layer) -> tuple[Epoch, ...]:
    """One from the layer's begin, and one from each date on which somebody joins or leaves."""
    dates = {date for member in layer.members for date in (member.since, member.until) if date is not None}
    circle = circle_at(layer, layer.starts)
    epochs = [Epoch(layer.starts, 0, _place_from(circle, 0), circle)]
    index = 0
    for since in sorted(date for date in dates if date > layer.starts):
        circle, turn = circle_at(layer, since), turn_at(layer, since)
        passes = turn.begins == since
        before = epochs[-1].holder(turn.number - passes)
        index = before.number if before is not None else index
        epochs.append(Epoch(since, turn.number, _place_from(circle, index + passes), circle))
    return tuple(epochs)


def circle_at(layer: Layer, local: datetime) -> tuple[Place, ...]:
    """The turns that have a member at a local time, with those people only."""
    turns = [(turn, tuple(user for user in turn if is_member(layer, user, local))) for turn in layer.users]
    return tuple(Place(index, people) for index, (turn, people) in enumerate(turns) if people or not turn)


def is_member(layer: Layer, user: str, local: datetime) -> bool:
    """Whoever has no dates takes part always; with several, in each of those times."""
    dated = [member for member in layer.members if member.user == user]
    return not dated or any(
        (member.since is None or member.since <= local) and (member.until is None or local < member.until)
        for member in dated
    )


def _place_from(circle: tuple[Place, ...], index: int) -> int:
    """Where in the circle the first turn at or after a place in `users` stands, going round."""
    return next((at for at, place in enumerate(circle) if place.number >= index), 0)
