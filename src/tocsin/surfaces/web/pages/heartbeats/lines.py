"""A heartbeat as the list and its own page show it."""

from datetime import datetime
from urllib.parse import quote

import msgspec

from tocsin.alerts.heartbeats import Heartbeat, State
from tocsin.kernel.durations import format_duration

STATES = {
    State.WAITING: "waits for its first ping",
    State.UP: "alive",
    State.RUNNING: "a run is under way",
    State.LATE: "late",
    State.MISSED: "missing",
    State.FAILED: "failing",
    State.PAUSED: "paused",
}
TROUBLE = frozenset({State.LATE, State.MISSED, State.FAILED})


class HeartbeatLine(msgspec.Struct, frozen=True, kw_only=True):
    """`alarm_at`: when its silence becomes an alert, None while nothing is waited for and once it is one; `since`: when
    it became one; `paused_until`: it is not waited for."""

    name: str
    path: str
    state: str
    is_trouble: bool
    rhythm: str
    service: str
    last_ping_at: datetime | None
    alarm_at: datetime | None
    since: datetime | None
    paused_until: datetime | None


def heartbeat_path(name: str) -> str:
    return f"/heartbeats/{quote(name, safe='')}"


def heartbeat_line(heartbeat: Heartbeat) -> HeartbeatLine:
    standing, options = heartbeat.standing, heartbeat.options
    is_paused = heartbeat.state is State.PAUSED
    since = None if is_paused else standing.missed_at or standing.failed_at
    return HeartbeatLine(
        name=heartbeat.name,
        path=heartbeat_path(heartbeat.name),
        state=STATES[heartbeat.state],
        is_trouble=heartbeat.state in TROUBLE,
        rhythm=f"every {format_duration(options.every)}, {format_duration(options.grace)} of grace",
        service=heartbeat.service or "",
        last_ping_at=standing.last_ping_at,
        alarm_at=None if since is not None else heartbeat.due_at,
        since=since,
        paused_until=standing.paused_until if is_paused else None,
    )
