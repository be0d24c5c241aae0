"""Which time box of its level an incident is in, and whether that is over (LIF-4). Pure.

The boxes are the phases of the severity profile, counted from the declaration. An incident is in the first of them
whose work is not done, however late: a box does not end by its time.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from msgspec import Struct

from tocsin.catalog.severity import Level, Phase
from tocsin.incidents.model import Incident, Status

_LATER_THAN_ASSESSED = frozenset({Status.IDENTIFIED, Status.MONITORING, Status.RESOLVED, Status.CLOSED})

_IS_DONE: Mapping[str, Callable[[Incident], bool]] = {
    "respond": lambda incident: incident.acknowledged_at is not None,
    "assess": lambda incident: incident.status in _LATER_THAN_ASSESSED,
    "mitigate": lambda incident: incident.mitigated_at is not None,
}
"""By the name of a box, when its work is done; a box of any other name lasts until the incident is over."""


class Box(Struct, frozen=True):
    """The stage and the instants between which it should be done."""

    name: str
    begins_at: datetime
    ends_at: datetime
    is_overdue: bool


def stage_box(level: Level | None, incident: Incident, now: datetime) -> Box | None:
    """None: the incident is over, is not classified, or has done the work of every box."""
    phase = find_phase(level, incident)
    if phase is None:
        return None
    ends_at = incident.declared_at + phase.ends
    return Box(phase.name, incident.declared_at + phase.begins, ends_at, now > ends_at)


def find_phase(level: Level | None, incident: Incident) -> Phase | None:
    """The first phase whose work is not done, whatever the time."""
    if level is None or not incident.is_open:
        return None
    return next((phase for phase in level.phases if not _is_done(phase, incident)), None)


def _is_done(phase: Phase, incident: Incident) -> bool:
    decide = _IS_DONE.get(phase.name)
    return decide is not None and decide(incident)


def in_words(box: Box, declared_at: datetime, now: datetime) -> str:
    """ "time to mitigate: 12 of 60 min", counted from the declaration; "8 min over" once it is late."""
    if box.is_overdue:
        return f"time to {box.name}: {_minutes(now - box.ends_at)} over"
    total, elapsed = box.ends_at - declared_at, now - declared_at
    if total.total_seconds() < 2 * 3600:
        return f"time to {box.name}: {int(elapsed.total_seconds() // 60)} of {int(total.total_seconds() // 60)} min"
    return f"time to {box.name}: {_minutes(elapsed)} of {_minutes(total)}"


def _minutes(length: timedelta) -> str:
    """ "8 min", "3 h", "2 h 5 min", "2 days"."""
    minutes = int(length.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    if hours < 1:
        return f"{minutes} min"
    if hours >= 48:
        return f"{hours // 24} days"
    return f"{hours} h {rest} min" if rest else f"{hours} h"
