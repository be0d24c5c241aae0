"""Whose hours change hands: what each person holds in a schedule, and what a change gives and takes. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from tocsin.oncall import rotation
from tocsin.oncall.change_model import Interval
from tocsin.oncall.model import Schedule


class Move(NamedTuple):
    """What one person gains and loses by a change, in order."""

    gains: tuple[Interval, ...]
    loses: tuple[Interval, ...]


def on_call_times(schedule: Schedule, span: Interval) -> dict[str, list[Interval]]:
    """When each person is on call within a span; times that touch are one."""
    times: dict[str, list[Interval]] = {}
    for shift in rotation.iterate_shifts(schedule, *span):
        for user in shift.users:
            own = times.setdefault(user, [])
            if own and own[-1].ends_at == shift.starts_at:
                own[-1] = Interval(own[-1].starts_at, shift.ends_at)
            else:
                own.append(Interval(shift.starts_at, shift.ends_at))
    return times


def moves(before: Schedule, after: Schedule, span: Interval) -> dict[str, Move]:
    """Whose shifts a change of the schedule moves within a span, by name; nobody else is in it."""
    had, have = on_call_times(before, span), on_call_times(after, span)
    found: dict[str, Move] = {}
    for user in sorted({*had, *have}):
        move = _difference(user, had, have)
        if move.gains or move.loses:
            found[user] = move
    return found


def holds(schedule: Schedule, user: str, span: Interval) -> bool:
    """Whether somebody is on call for the whole of a span."""
    return on_call_times(schedule, span).get(user) == [span]


def first_time_of(schedule: Schedule, user: str, span: Interval) -> Interval | None:
    """The first time within a span at which somebody is on call."""
    return next(iter(on_call_times(schedule, span).get(user, [])), None)


def shift_at(schedule: Schedule, user: str, at: datetime, now: datetime) -> Interval | None:
    """What is left of the shift that somebody holds at an instant; None when they hold none, or one without end."""
    held = rotation.who_is_on_call(schedule, at)
    if user not in held.users or held.until is None:
        return None
    return Interval(max(held.since or now, now), held.until)


def without(times: Sequence[Interval], taken: Sequence[Interval]) -> tuple[Interval, ...]:
    """What is left of some times when others are taken from them; both are in order."""
    left = list(times)
    for cut in taken:
        left = [piece for time in left for piece in _pieces(time, cut)]
    return tuple(left)


def _difference(user: str, had: Mapping[str, list[Interval]], have: Mapping[str, list[Interval]]) -> Move:
    before, after = had.get(user, []), have.get(user, [])
    return Move(without(after, before), without(before, after))


def _pieces(time: Interval, cut: Interval) -> list[Interval]:
    """A time without what lies within the cut: none, one or two pieces."""
    ahead = Interval(time.starts_at, min(time.ends_at, cut.starts_at))
    behind = Interval(max(time.starts_at, cut.ends_at), time.ends_at)
    return [piece for piece in (ahead, behind) if piece.starts_at < piece.ends_at]
