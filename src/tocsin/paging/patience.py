"""How long somebody may have an incident without a sign of work (PAG-5). Pure."""

from datetime import datetime, timedelta

from tocsin.catalog.severity import MINUTE, Level

UNCLASSIFIED = 30 * MINUTE


def timeout_of(level: Level | None) -> timedelta:
    """How long somebody may have it without a sign of work."""
    return UNCLASSIFIED if level is None else level.ack_timeout


def next_look(acted_at: datetime, quiet_until: datetime | None, timeout: timedelta, now: datetime) -> datetime | None:
    """When to look again; None: nobody has acted for too long. Quiet that was asked for counts as work."""
    due = max(acted_at, quiet_until or acted_at) + timeout
    return due if due > now else None
