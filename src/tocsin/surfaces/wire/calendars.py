"""Calendars of elsewhere on the wire (ONC-4): how each stands, and which of its events say nothing to us."""

from datetime import datetime

import msgspec

from tocsin.oncall.calendar_model import ExternalCalendar, host_of


class UnreadEvent(msgspec.Struct, kw_only=True):
    """An event that counts for nothing, and why; `starts` as the calendar has it."""

    summary: str
    starts: str
    reason: str


class Calendar(msgspec.Struct, kw_only=True):
    """`use` is shifts or leave. `events` count, from 60 days ago to 400 days ahead; `unread` are the first of the
    `unread_count` that do not. While `failing_since` is set, what was read at `read_at` still counts."""

    name: str
    use: str
    host: str
    events: int
    fetched_at: datetime | None
    read_at: datetime | None
    failing_since: datetime | None
    failure: str
    unread_count: int
    unread: list[UnreadEvent]
    managed_by: str | None


class CalendarList(msgspec.Struct, kw_only=True):
    calendars: list[Calendar]


def calendar(found: ExternalCalendar) -> Calendar:
    return Calendar(
        name=found.name,
        use="leave" if found.leave else "shifts",
        host=host_of(found.url),
        events=found.events,
        fetched_at=found.fetched_at,
        read_at=found.read_at,
        failing_since=found.failing_since,
        failure=found.failure,
        unread_count=found.unread_count,
        unread=[UnreadEvent(summary=one.summary, starts=one.starts, reason=one.reason) for one in found.unread],
        managed_by=found.managed_by,
    )
