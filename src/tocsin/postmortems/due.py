"""When a postmortem is to be talked about and published (PMT-8): the level says how long after the end. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from tocsin.catalog.severity import Level, Postmortem


class Due(NamedTuple):
    """`is_required`: the level demands one; else it is welcome, and nobody is reminded."""

    schedule_by: datetime
    publish_by: datetime
    is_required: bool


def due_of(level: Level | None, resolved_at: datetime | None) -> Due | None:
    """None: the incident is not over, nobody has graded it, or its level asks for none."""
    if level is None or resolved_at is None or level.postmortem is Postmortem.NONE:
        return None
    required = level.postmortem is Postmortem.REQUIRED
    return Due(resolved_at + level.schedule_by, resolved_at + level.publish_by, required)


class Reminder(StrEnum):
    """What somebody is reminded of."""

    DRAFT = "draft"  # nobody has drafted it
    PUBLISH = "publish"  # its time ends soon
    OVERDUE = "overdue"  # its time is over


def reminders(due: Due, resolved_at: datetime) -> list[tuple[datetime, Reminder]]:
    """When whoever owns it is reminded, in order: to draft it when half of the time to the meeting is over and when all
    of it is; to publish it while a sixth of its time is left; then that it is overdue, a week long each day."""
    to_meeting, to_publication = due.schedule_by - resolved_at, due.publish_by - resolved_at
    instants = [
        (resolved_at + to_meeting / 2, Reminder.DRAFT),
        (due.schedule_by, Reminder.DRAFT),
        (due.publish_by - to_publication / 6, Reminder.PUBLISH),
        *((due.publish_by + timedelta(days=n), Reminder.OVERDUE) for n in range(8)),
    ]
    return sorted(instants, key=lambda each: each[0])


def next_reminder_at(due: Due | None, resolved_at: datetime | None, now: datetime) -> datetime | None:
    """None: nobody is reminded any more, or at all."""
    if due is None or resolved_at is None or not due.is_required:
        return None
    return next((at for at, _ in reminders(due, resolved_at) if at > now), None)


def due_reminder(due: Due, resolved_at: datetime, at: datetime, *, is_drafted: bool) -> Reminder | None:
    """What the timer of this instant says; None: nothing – it is drafted already, or it was armed for another end."""
    said = [what for instant, what in reminders(due, resolved_at) if instant == at]
    return next((what for what in reversed(said) if what is not Reminder.DRAFT or not is_drafted), None)
