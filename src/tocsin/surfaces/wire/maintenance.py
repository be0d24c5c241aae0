"""Maintenance on the wire: which services are worked on, when, and what follows from it (ALR-7)."""

from datetime import datetime

import msgspec

from tocsin.alerts.maintenance import Maintenance as StoredMaintenance
from tocsin.alerts.maintenance import next_window, repeat_in_words, state_at, window_at
from tocsin.surfaces.wire.body import Body


class Maintenance(msgspec.Struct, kw_only=True):
    """`state` is planned, active or over; `starts_at` and `ends_at` are the window under way, else the next, else the
    first. `repeat` is a recurrence rule, `repeats` the same in words; both null: once. `managed_by` is the file that
    alone may change it."""

    name: str
    state: str
    services: list[str]
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    repeat: str | None
    repeats: str | None
    reason: str
    managed_by: str | None
    set_by: str


class MaintenanceList(msgspec.Struct, kw_only=True):
    maintenance: list[Maintenance]


class MaintenanceRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """It begins at once by default, and has a name made of its service and its start. `repeat` is daily, weekly,
    monthly, or a recurrence rule such as `FREQ=WEEKLY;BYDAY=SU`, read in `time_zone`: without one the
    organisation's."""

    services: list[str]
    ends_at: datetime
    reason: str
    starts_at: datetime | None = None
    name: str | None = None
    repeat: str | None = None
    time_zone: str | None = None


def maintenance(stored: StoredMaintenance, now: datetime) -> Maintenance:
    window = window_at(stored, now) or next_window(stored, now)
    return Maintenance(
        name=stored.name,
        state=state_at(stored, now).value,
        services=list(stored.services),
        starts_at=window.starts_at if window else stored.starts_at,
        ends_at=window.ends_at if window else min(stored.ends_at, stored.ended_at or stored.ends_at),
        time_zone=stored.time_zone,
        repeat=stored.repeat,
        repeats=repeat_in_words(stored.repeat) if stored.repeat else None,
        reason=stored.reason,
        managed_by=stored.managed_by,
        set_by=stored.set_by,
    )
