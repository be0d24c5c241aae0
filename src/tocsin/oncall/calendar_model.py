"""Calendars of elsewhere as values: what a file says about one, and what was read out of it. Pure."""

from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from tocsin.kernel.errors import Invalid

EVERY = timedelta(minutes=15)
MAX_BYTES = 4 * 1024 * 1024
BACK = timedelta(days=60)
AHEAD = timedelta(days=400)
MOST_SHIFTS = 10_000  # twenty a day; those to come are loaded each time somebody is paged
MOST_ABSENCES = 20_000


class CalendarDraft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A calendar to be read. Its events are shifts of the layers that name it, or with `leave` absences.

    `time_zone` is that of events that name none and of whole days; None: the calendar's own, else the organisation's.
    `people` maps what a title says ("Alice S.") to a user's name.
    """

    name: str
    url: str
    leave: bool = False
    time_zone: str | None = None
    people: dict[str, str] = {}
    managed_by: str | None = None


class Person(msgspec.Struct, frozen=True):
    """By what an event can name somebody."""

    name: str
    email: str = ""
    display_name: str = ""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What to read out of a calendar: events that touch [since, until), the first `most` of them."""

    people: tuple[Person, ...]
    aliases: dict[str, str]
    time_zone: str
    is_zone_said: bool
    since: datetime
    until: datetime
    most: int


class Occurrence(msgspec.Struct, frozen=True, order=True):
    """One event of one person, [starts_at, ends_at)."""

    user: str
    starts_at: Annotated[datetime, Meta(tz=True)]
    ends_at: Annotated[datetime, Meta(tz=True)]
    summary: str = ""


class Unread(msgspec.Struct, frozen=True):
    """An event, or a series, that does not count, and why."""

    summary: str
    starts: str
    reason: str


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """`unread` are the first of `unread_count`."""

    occurrences: tuple[Occurrence, ...] = ()
    unread: tuple[Unread, ...] = ()
    unread_count: int = 0


class ExternalCalendar(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar as it stands. `read_at` is when a copy was last had, `failing_since` since when none was.

    The copy that was last read counts until there is another.
    """

    id: int
    name: str
    url: str
    leave: bool
    time_zone: str | None
    people: dict[str, str]
    managed_by: str | None
    etag: str | None
    fetched_at: datetime | None
    read_at: datetime | None
    failing_since: datetime | None
    failure: str
    told_at: datetime | None
    unread: tuple[Unread, ...]
    unread_count: int
    events: int


_SEE = "See which: tocsin oncall calendars"


class CalendarDoubt(msgspec.Struct, frozen=True):
    """Why what is said of schedules does not rest on all of a calendar, as sentences."""

    calendar: str
    sentence: str
    remedy: str


def doubt_of(calendar: ExternalCalendar) -> CalendarDoubt | None:
    """None: all that it has counts. That an event of leave names nobody here is nothing to doubt: a team's calendar
    holds much else."""
    name, read_at = calendar.name, calendar.read_at
    if calendar.failing_since is not None:
        known = f"what was read {read_at:%Y-%m-%d %H:%M} UTC counts" if read_at else "nothing of it counts"
        since = f"{calendar.failing_since:%Y-%m-%d %H:%M} UTC"
        return CalendarDoubt(name, f"the calendar {name} fails since {since}, {known}: {calendar.failure}", _SEE)
    if read_at is None:
        return CalendarDoubt(name, f"the calendar {name} was not read yet: nothing of it counts", "Ask in a minute.")
    if calendar.unread_count and (not calendar.leave or calendar.events >= MOST_ABSENCES):
        return CalendarDoubt(name, _left_out(calendar), _SEE)
    return None


def _left_out(calendar: ExternalCalendar) -> str:
    number = "1 event" if calendar.unread_count == 1 else f"{calendar.unread_count} events"
    words = f"{number} of the calendar {calendar.name} {'does' if calendar.unread_count == 1 else 'do'} not count"
    if not calendar.unread:
        return words
    first = calendar.unread[0]
    return f"{words}, such as {first.summary or '(no title)'} ({first.starts}): {first.reason}"


def check_calendar(draft: CalendarDraft) -> None:
    """Raises Invalid for an address of another shape; whether we may connect there is the guard's business (SEC-4)."""
    try:
        parts = urlsplit(draft.url)
        sound = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or not draft.url.isascii() or not draft.url.isprintable() or " " in draft.url:
        raise Invalid(
            f"The calendar {draft.name!r} has no address that can be fetched.",
            "Write the address of its iCalendar feed, https://…/basic.ics, or `env:NAME` for one that is secret.",
            field="url",
        )


def https_of(url: str) -> str:
    """`webcal://` is how calendar programs write it; what is fetched is HTTPS."""
    scheme, colon, rest = url.strip().partition(":")
    return f"https:{rest}" if colon and scheme.lower() in ("webcal", "webcals") else url.strip()


def host_of(url: str) -> str:
    """All that is shown of an address."""
    return urlsplit(url).hostname or ""
