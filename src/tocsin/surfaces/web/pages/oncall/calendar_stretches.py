"""Shifts as a calendar draws them: one stretch for each person, those at the same time in lanes of their own. Pure."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from tocsin.oncall.change_model import Interval
from tocsin.oncall.model import Shift, Source


class Kind(StrEnum):
    """How a stretch is drawn. `away` is a person's leave, `clash` the part of a stretch for which they are away."""

    DUTY = "duty"
    OVERRIDE = "override"
    SHADOW = "shadow"
    GAP = "gap"
    AWAY = "away"
    CLASH = "clash"


class Stretch(msgspec.Struct, frozen=True, kw_only=True):
    """One person without a break, in one way; `user` empty: a gap.

    `is_open_before` and `is_open_after`: it reaches to an edge of what was asked for, and perhaps beyond it.
    """

    user: str
    kind: Kind
    starts_at: datetime
    ends_at: datetime
    lane: int
    is_open_before: bool = False
    is_open_after: bool = False

    def meets(self, starts_at: datetime, ends_at: datetime) -> bool:
        return self.starts_at < ends_at and starts_at < self.ends_at


def stretches_of(shifts: Sequence[Shift]) -> list[Stretch]:
    """The stretches of consecutive shifts, in order; whoever goes on stays in the lane."""
    done: list[Stretch] = []
    going: dict[tuple[str, Kind], Stretch] = {}
    for shift in shifts:
        wanted = list(_parts(shift))
        done += [stretch for part, stretch in going.items() if part not in wanted]
        going = {part: stretch for part, stretch in going.items() if part in wanted}
        for part in wanted:
            going[part] = (
                msgspec.structs.replace(going[part], ends_at=shift.ends_at)
                if part in going
                else Stretch(
                    user=part[0],
                    kind=part[1],
                    starts_at=shift.starts_at,
                    ends_at=shift.ends_at,
                    lane=_free_lane(going.values()),
                    is_open_before=shift is shifts[0],
                )
            )
    done += [msgspec.structs.replace(stretch, is_open_after=True) for stretch in going.values()]
    return sorted(done, key=lambda stretch: (stretch.starts_at, stretch.lane))


def of_person(stretches: Sequence[Stretch], person: str) -> list[Stretch]:
    """Only theirs, in the first lane unless they are there twice."""
    return [msgspec.structs.replace(stretch, lane=0) for stretch in stretches if stretch.user == person]


def leave_of(person: str, away: Sequence[Interval]) -> list[Stretch]:
    """Somebody's leave as a row of its own."""
    return [
        Stretch(user=person, kind=Kind.AWAY, starts_at=each.starts_at, ends_at=each.ends_at, lane=0) for each in away
    ]


def clashes_of(stretches: Sequence[Stretch], away: Mapping[str, Sequence[Interval]]) -> list[Stretch]:
    """When people are on call while they are away, in the lanes of what it is drawn over."""
    return [
        Stretch(
            user=stretch.user,
            kind=Kind.CLASH,
            starts_at=max(stretch.starts_at, leave.starts_at),
            ends_at=min(stretch.ends_at, leave.ends_at),
            lane=stretch.lane,
        )
        for stretch in stretches
        for leave in away.get(stretch.user, ())
        if stretch.meets(*leave)
    ]


def lanes_of(stretches: Sequence[Stretch]) -> int:
    """How many lanes it takes to draw them, at least one."""
    return max((stretch.lane for stretch in stretches), default=0) + 1


def _parts(shift: Shift) -> Iterator[tuple[str, Kind]]:
    if not shift.users:
        yield "", Kind.GAP
    kind = Kind.OVERRIDE if shift.source is Source.OVERRIDE else Kind.DUTY
    for user in shift.users:
        yield user, kind
    for user in shift.shadows:
        yield user, Kind.SHADOW


def _free_lane(going: Collection[Stretch]) -> int:
    taken = {stretch.lane for stretch in going}
    return next(lane for lane in range(len(taken) + 1) if lane not in taken)
