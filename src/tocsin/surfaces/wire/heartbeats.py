"""Heartbeats on the wire: which there are, how each stands, and when its silence becomes an alert."""

from datetime import datetime

import msgspec

from tocsin.alerts.heartbeats import Heartbeat as Known
from tocsin.kernel.durations import format_duration


class Heartbeat(msgspec.Struct, kw_only=True):
    """`state` is waiting (for the first ping), up, running, late, missed or failed. `expected_at` is when the next ping
    should come, `due_at` when it counts as missed; both null: nothing is waited for."""

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


class HeartbeatList(msgspec.Struct, kw_only=True):
    """By name."""

    heartbeats: list[Heartbeat]


def heartbeat(known: Known) -> Heartbeat:
    standing, options = known.standing, known.options
    return Heartbeat(
        name=known.name,
        service=known.service,
        state=known.state.value,
        every=format_duration(options.every),
        grace=format_duration(options.grace),
        severity=options.severity,
        last_ping_at=standing.last_ping_at,
        started_at=standing.started_at,
        expected_at=standing.waits_from + options.every if standing.waits_from else None,
        due_at=known.due_at,
        missed_at=standing.missed_at,
        failed_at=standing.failed_at,
    )
