"""When an update is due and who is reminded when, as pure decisions over a level, instants and `now` (COM-2, ROL-1)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count, takewhile
from typing import NamedTuple

from tocsin.catalog.severity import Level
from tocsin.incidents.model import OPEN_STATUSES, Status
from tocsin.incidents.roles import cadence_of

AHEAD = timedelta(minutes=5)
"""How long before the due time the reminder comes, and how long after it the commander is told; a third of the interval
where that is shorter."""


class Step(StrEnum):
    """What happens around a due time."""

    SOON = "soon"  # the communicator is reminded
    DUE = "due"  # it is overdue from here on, and the communicator reads so
    LATE = "late"  # the commander is told


class Reminder(NamedTuple):
    """`at` this instant, for what was due at `due_at`."""

    at: datetime
    step: Step
    due_at: datetime


def next_update_due(
    level: Level | None, last_update_at: datetime, status: Status, *, is_solo: bool = False
) -> datetime | None:
    """None: it is over. Monitoring is not: people want to hear that it stays calm."""
    return last_update_at + cadence_of(level, is_solo=is_solo) if status in OPEN_STATUSES else None


def due_after_new_level(level: Level | None, since: datetime, now: datetime, *, is_solo: bool) -> datetime:
    """Counted from the last update by the new interval, yet with the time to write one (CLS-3)."""
    every = cadence_of(level, is_solo=is_solo)
    return max(since + every, now + ahead(every))


def ahead(every: timedelta) -> timedelta:
    """`AHEAD`, or a third of a short interval."""
    return min(AHEAD, every / 3)


def reminders(due_at: datetime, every: timedelta, *, is_solo: bool, after: datetime) -> Iterator[Reminder]:
    """Those later than `after`, in order, without an end. The due time comes again each interval until an update is
    written; who works alone is reminded once an interval and by nobody else.
    """
    margin = ahead(every)
    if not is_solo and due_at - margin > after:
        yield Reminder(due_at - margin, Step.SOON, due_at)
    for turn in count(max(0, (after - margin - due_at) // every)):
        due = due_at + turn * every
        if due > after:
            yield Reminder(due, Step.DUE, due)
        if not is_solo and due + margin > after:
            yield Reminder(due + margin, Step.LATE, due)


def passed(
    due_at: datetime, every: timedelta, *, is_solo: bool, after: datetime, until: datetime
) -> tuple[Reminder, ...]:
    """Those later than `after` and not later than `until`."""
    return tuple(takewhile(lambda each: each.at <= until, reminders(due_at, every, is_solo=is_solo, after=after)))


def next_reminder(due_at: datetime, every: timedelta, *, is_solo: bool, after: datetime) -> Reminder:
    """The first that is later than `after`."""
    return next(reminders(due_at, every, is_solo=is_solo, after=after))
