"""Who is on call, on the wire."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from tocsin.insights.reachability_model import Doubt
from tocsin.oncall.model import ScheduleOnCall
from tocsin.surfaces.wire.reachability import Unproven, unproven


class Next(msgspec.Struct, kw_only=True):
    """Who takes over, and when."""

    users: list[str]
    starts_at: datetime


class OnCall(msgspec.Struct, kw_only=True):
    """Who is on call in a schedule at an instant, why, and until when; `users` empty: nobody.

    `gap_at`: from then on nobody is, until the next take over; null: they follow at once. `shadows` are shown and not
    paged. `unproven` are those, now or next, of whom nobody knows whether a page would wake
    them.
    """

    schedule: str
    team: str | None
    time_zone: str
    users: list[str]
    shadows: list[str]
    source: str
    reason: str
    layer: str | None
    since: datetime | None
    until: datetime | None
    next: Next | None
    gap_at: datetime | None = None
    unproven: list[Unproven]


class OnCallList(msgspec.Struct, kw_only=True):
    """Every schedule, by name, at one instant."""

    at: datetime
    schedules: list[OnCall]


def on_call(found: ScheduleOnCall, doubts: Sequence[Doubt]) -> OnCall:
    now = found.on_call
    return OnCall(
        schedule=found.schedule,
        team=found.team,
        time_zone=found.time_zone,
        users=list(now.users),
        shadows=list(now.shadows),
        source=now.source.value,
        reason=now.reason,
        layer=now.layer,
        since=now.since,
        until=now.until,
        next=Next(users=list(found.next.users), starts_at=found.next.starts_at) if found.next else None,
        gap_at=found.gap_at,
        unproven=unproven(doubts),
    )


def on_call_list(found: Sequence[ScheduleOnCall], doubts: Mapping[str, Sequence[Doubt]], at: datetime) -> OnCallList:
    """`doubts` by schedule."""
    return OnCallList(at=at, schedules=[on_call(each, doubts[each.schedule]) for each in found])
