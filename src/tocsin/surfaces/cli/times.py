"""Time as the terminal says it: human and exact at once, in the zone of this machine. Pure; `now` is given."""

from datetime import UTC, datetime, timedelta, tzinfo

from tocsin.kernel.text import one_line
from tocsin.kernel.utc_words import on_clock_of

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def duration(length: timedelta) -> str:
    """`12 s`, `4 min`, `2 h 5 min`, `3 days`; never negative."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < _MINUTE:
        return f"{seconds} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        minutes = seconds % _HOUR // _MINUTE
        return f"{seconds // _HOUR} h" + (f" {minutes} min" if minutes else "")
    days = seconds // _DAY
    return "1 day" if days == 1 else f"{days} days"


def ago(at: datetime, now: datetime) -> str:
    """`just now`, `4 min ago`, `in 3 min`."""
    if at > now:
        return f"in {duration(at - now)}"
    return "just now" if now - at < timedelta(seconds=5) else f"{duration(now - at)} ago"


def clock(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """`14:20:07` today, `Mon 14:20` within six days, `3 Nov 14:20` or `3 Nov 2025 14:20` beyond; None: local zone."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    days = abs((local.date() - today.date()).days)
    if days == 0:
        return f"{local:%H:%M:%S}"
    if days <= 6:
        return f"{local:%a %H:%M}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {local:%b}{year} {local:%H:%M}"


def day_and_clock(at: datetime, now: datetime, zone: tzinfo) -> str:
    """`14:20` today, `Monday 09:00` within six days, `30 Nov 09:00` or `30 Nov 2027 09:00` beyond."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    days = (local.date() - today.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    if 0 < days <= 6:
        return f"{local:%A %H:%M}"
    year = "" if local.year == today.year else f" {local.year}"
    return f"{local.day} {local:%b}{year} {local:%H:%M}"


def both(at: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """`4 min ago, 14:20:07 CET`."""
    return f"{ago(at, now)}, {clock(at, now, zone)} {at.astimezone(zone):%Z}"


def sentence(text: str, near: datetime, zone: tzinfo | None = None) -> str:
    """A sentence of the record as one line, its `HH:MM UTC` on the clock that the lines beside it show; None: local."""
    return one_line(on_clock_of(zone or near.astimezone().tzinfo or UTC, text, near))
