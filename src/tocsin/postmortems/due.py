"""When a postmortem is to be talked about and published (PMT-8): the level says how long after the end. Pure."""

from __future__ import annotations

from datetime import datetime
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
