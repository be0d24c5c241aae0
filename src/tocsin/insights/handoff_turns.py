"""When a schedule passes from some people to others: the hand-overs that a report is written for. Pure.

A change of a few hours by an override is a favour, not a hand-over: nobody writes a report for two hours at the
dentist's. Hours that nobody covers do not separate a shift either, when the same people come back after them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from tocsin.insights.handoff_model import Handover
from tocsin.oncall import rotation
from tocsin.oncall.model import Schedule, Shift, Source

FAVOUR = timedelta(hours=4)
"""An override that is shorter than this hands nothing over."""

LOOK_BACK = timedelta(days=35)
LOOK_AHEAD = timedelta(days=35)

_GRACE = timedelta(hours=24)
"""For so long after the incoming began, at most, a hand-off that is not accepted is still the one to work on."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """The same people, [starts_at, ends_at), with the hours off and the favours between."""

    users: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime


def turns(schedule: Schedule, since: datetime, until: datetime) -> Iterator[Turn]:
    """The turns of a time, as they are asked for; the first and the last are cut at its bounds."""
    current: Turn | None = None
    for shift in rotation.iterate_shifts(schedule, since, until):
        if not shift.users or is_favour(shift):
            continue
        if current is not None and set(current.users) == set(shift.users):
            current = msgspec.structs.replace(current, ends_at=shift.ends_at)
            continue
        if current is not None:
            yield current
        current = Turn(users=shift.users, starts_at=shift.starts_at, ends_at=shift.ends_at)
    if current is not None:
        yield current


def is_favour(shift: Shift) -> bool:
    return shift.source is Source.OVERRIDE and shift.ends_at - shift.starts_at < FAVOUR


def handovers(schedule: Schedule, since: datetime, until: datetime) -> Iterator[Handover]:
    """The hand-overs whose incoming people begin within (since, until], in order.

    Incoming is who was not on call before: whoever stays takes nothing over. Outgoing is who leaves; where somebody
    only joins, those who stay. Where somebody only leaves, nothing is handed over.
    """
    before: Turn | None = None
    # Looked at a little beyond both bounds: an override that is cut short there is not taken for a favour.
    for turn in turns(schedule, since - FAVOUR, until + FAVOUR):
        coming = tuple(user for user in turn.users if before is not None and user not in before.users)
        if before is not None and coming and since < turn.starts_at <= until:
            yield Handover(
                schedule=schedule.name,
                outgoing=tuple(user for user in before.users if user not in turn.users) or before.users,
                incoming=coming,
                ends_at=before.ends_at,
                starts_at=turn.starts_at,
            )
        before = turn


def shift_began(schedule: Schedule, handover: Handover) -> datetime:
    """Since when the outgoing people have been on call together, at most five weeks before they end."""
    began = handover.ends_at
    for turn in reversed(list(turns(schedule, handover.ends_at - LOOK_BACK, handover.ends_at))):
        if not {*handover.outgoing} <= {*turn.users}:
            break
        began = turn.starts_at
    return began if began < handover.ends_at else handover.ends_at - LOOK_BACK


def to_work_on(found: Sequence[Handover], accepted: frozenset[datetime], now: datetime) -> Handover | None:
    """Of hand-overs in order the one that matters now: the last, while it is fresh and not accepted, else the next.

    `accepted` holds the `ends_at` of those that were. None: nobody takes over from anybody.
    """
    past = [each for each in found if each.starts_at <= now]
    coming = [each for each in found if each.starts_at > now]
    if past and past[-1].ends_at not in accepted:
        last = past[-1]
        rest = (coming[0].ends_at - last.starts_at) / 2 if coming else _GRACE
        if now < last.starts_at + min(_GRACE, rest):
            return last
    return coming[0] if coming else past[-1] if past else None
