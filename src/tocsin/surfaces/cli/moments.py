"""Instants and lengths of time as a person types them on a command line. Pure; `now` is given."""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from tocsin.kernel.localtime import instant_of
from tocsin.surfaces.cli.parsing import WrongUsage

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_PART = re.compile(r"(\d{1,6})([smhdw])")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")


def length(text: str, field: str) -> timedelta:
    """`30s`, `5m`, `1h30m`, `7d`; raises WrongUsage naming the option."""
    parts = _PART.findall(text.strip())
    if not parts or "".join(number + unit for number, unit in parts) != text.strip():
        raise WrongUsage(f"{field} {text!r} is not a length of time.", "Write it as 30s, 5m, 2h or 7d.", field=field)
    total = timedelta()
    for number, unit in parts:
        total += timedelta(**{_UNITS[unit]: int(number)})
    return total


def instant(text: str, now: datetime, *, field: str, zone: ZoneInfo | None = None) -> datetime:
    """An ISO instant, a time of today (`14:20`, of this machine's zone), or a length of time before now (`10m`)."""
    typed = text.strip()
    if _PART.match(typed):
        return now - length(typed, field)
    clock = _CLOCK.fullmatch(typed)
    try:
        if clock:
            at = time(int(clock[1]), int(clock[2]), int(clock[3] or 0))
            return _in_zone(datetime.combine(now.astimezone(zone).date(), at), zone)
        return _in_zone(datetime.fromisoformat(typed), zone)
    except ValueError:
        raise WrongUsage(
            f"{field} {text!r} is not an instant.",
            "Write it as 14:20, 2026-11-21T14:20, 2026-11-21T14:20:00Z, or 10m for ten minutes ago.",
            field=field,
        ) from None


def on_their_clock(text: str, now: datetime, *, field: str, whole_day: bool = False) -> datetime:
    """An instant, or a naive time on a clock that only the server knows. `whole_day`: a day without a time means its
    end, for who is away to the 24th is away on the 24th."""
    typed = text.strip()
    found = instant(typed, now, field=field)
    if _PART.match(typed) or _CLOCK.fullmatch(typed):
        return found
    read = datetime.fromisoformat(typed)
    return read + timedelta(days=1) if whole_day and _DAY.fullmatch(typed) else read


def ending(until: str | None, lasts: str | None, starts_at: datetime, zone: ZoneInfo | None = None) -> datetime:
    """The end as `--to` or `--for` says it, one of them; a time of day that has passed by the beginning is the next
    day's."""
    if (until is None) is (lasts is None):
        raise WrongUsage("Say when it ends, in one way.", "Add --for 2h, or --to 2026-12-02T02:00.", field="--for")
    if lasts is not None:
        return starts_at + length(lasts, "--for")
    end = instant(until or "", starts_at, field="--to", zone=zone)
    is_time_of_day = _CLOCK.fullmatch((until or "").strip()) is not None
    return end + timedelta(days=1) if is_time_of_day and end <= starts_at else end


def _in_zone(read: datetime, zone: ZoneInfo | None) -> datetime:
    if read.tzinfo is not None:
        return read
    return instant_of(read, zone) if zone is not None else read.astimezone()


def ahead(text: str, now: datetime, *, field: str) -> datetime:
    """An instant that is to come: a length of time from now (`30m`), or an instant; a time of day that has passed is
    that of tomorrow."""
    typed = text.strip()
    if _PART.match(typed):
        return now + length(typed, field)
    at = instant(typed, now, field=field)
    return at + timedelta(days=1) if _CLOCK.fullmatch(typed) and at <= now else at
