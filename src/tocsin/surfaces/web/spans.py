"""A stretch of time as a form asks for it: how long from now, or from and until local times. Pure."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from tocsin.kernel.durations import parse_duration
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import FIRST_YEAR, LAST_YEAR, instant_of, local_of

MORNING = "morning"
UNTIL = "until"

LENGTHS = (
    ("30m", "30 minutes"),
    ("1h", "1 hour"),
    ("2h", "2 hours"),
    ("4h", "4 hours"),
    ("8h", "8 hours"),
    (MORNING, "until 09:00 in the morning"),
    ("1d", "1 day"),
    ("3d", "3 days"),
    ("7d", "1 week"),
    (UNTIL, "until the time below"),
)
"""What may be chosen: a length from the beginning on, or a way to find the end."""

_LOCAL = "%Y-%m-%dT%H:%M"
_OFFICE_OPENS = time(9)


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """The fields as they are shown: `begins` and `ends` are local times such as `2026-03-02T11:00`, or empty."""

    length: str = "2h"
    begins: str = ""
    ends: str = ""

    @property
    def lengths(self) -> tuple[tuple[str, str], ...]:
        return LENGTHS


def sent_span(form: Mapping[str, str]) -> Span:
    """What was sent, as it was typed."""
    return Span(length=form.get("length", ""), begins=form.get("begins", ""), ends=form.get("ends", ""))


def read_span(span: Span, now: datetime, zone: ZoneInfo, *, begun: datetime | None = None) -> tuple[datetime, datetime]:
    """When it begins and ends. Without a beginning: `begun`, of what is under way, else now. Raises Invalid that names
    the field.
    """
    starts_at = read_local(span.begins, zone, "begins") if span.begins else begun or now
    ends_at = _end(span, max(starts_at, now), zone)
    if ends_at <= max(starts_at, now):
        raise Invalid("It would end before it begins.", "Choose an end that is still to come.", field="ends")
    return starts_at, ends_at


def write_local(at: datetime, zone: ZoneInfo) -> str:
    """As a field for a local time shows it."""
    return f"{local_of(at, zone):{_LOCAL}}"


def next_morning(start: datetime, zone: ZoneInfo) -> datetime:
    """The first 09:00 there after `start`."""
    local = local_of(start, zone)
    morning = datetime.combine(local.date(), _OFFICE_OPENS)
    return instant_of(morning if local < morning else morning + timedelta(days=1), zone)


def _end(span: Span, start: datetime, zone: ZoneInfo) -> datetime:
    if span.length == UNTIL:
        if not span.ends:
            raise Invalid("The time at which it ends is missing.", "Fill it in, or choose how long.", field="ends")
        return read_local(span.ends, zone, "ends")
    if span.length == MORNING:
        return next_morning(start, zone)
    if span.length not in dict(LENGTHS):
        raise Invalid("How long is not among the choices.", "Choose one.", field="length")
    return start + parse_duration(span.length, field="length")


def read_local(text: str, zone: ZoneInfo, field: str) -> datetime:
    """What a field for a local time holds. Raises Invalid that names the field."""
    try:
        local = datetime.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        local = None
    if local is None or not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise Invalid(f"{text[:40]!r} is not a time.", "Write it as 2026-03-02T09:00.", field=field)
    return instant_of(local, zone)


def read_instant(text: str) -> datetime | None:
    """What a button of ours names by `isoformat`. None for what no page of ours wrote."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None and FIRST_YEAR <= at.year <= LAST_YEAR else None
