"""Heartbeats on the wire: which there are, how each stands, and when its silence becomes an alert."""

from datetime import datetime

import msgspec

from tocsin.alerts.heartbeats import Heartbeat as Known
from tocsin.alerts.heartbeats import expected_at, is_paused
from tocsin.kernel.durations import format_duration
from tocsin.surfaces.wire.body import Body


class Heartbeat(msgspec.Struct, kw_only=True):
    """`state` is waiting (for the first ping), up, running, late, missed, failed or paused. `expected_at` is when the
    next ping should come, `due_at` when it counts as missed; both null: nothing is waited for.
    `paused_until` is null unless it is paused: `paused_by` somebody, because of `paused_why`."""

    name: str
    service: str | None
    state: str
    every: str
    grace: str
    severity: str
    last_ping_at: datetime | None
    started_at: datetime | None
    expected_at: datetime | None
    due_at: datetime | None
    missed_at: datetime | None
    failed_at: datetime | None
    paused_until: datetime | None = None
    paused_by: str | None = None
    paused_why: str | None = None


class HeartbeatPause(Body, kw_only=True, forbid_unknown_fields=True):
    """Until when it is not waited for, 90 days from now at most, and why."""

    ends_at: datetime
    reason: str


class HeartbeatList(msgspec.Struct, kw_only=True):
    """By name."""

    heartbeats: list[Heartbeat]


def heartbeat(known: Known, now: datetime) -> Heartbeat:
    standing, options = known.standing, known.options
    paused = is_paused(standing, now)
    return Heartbeat(
        name=known.name,
        service=known.service,
        state=known.state.value,
        every=format_duration(options.every),
        grace=format_duration(options.grace),
        severity=options.severity,
        last_ping_at=standing.last_ping_at,
        started_at=standing.started_at,
        expected_at=expected_at(standing, options),
        due_at=known.due_at,
        missed_at=standing.missed_at,
        failed_at=standing.failed_at,
        paused_until=standing.paused_until if paused else None,
        paused_by=standing.paused_by if paused else None,
        paused_why=standing.paused_why if paused else None,
    )
