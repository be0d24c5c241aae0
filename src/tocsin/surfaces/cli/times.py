"""Time as the terminal says it: human and exact at once, in the zone of this machine. Pure; `now` is given."""

from datetime import UTC, datetime, timedelta, tzinfo

from tocsin.kernel.durations import length_words
from tocsin.kernel.text import one_line
from tocsin.kernel.utc_words import on_clock_of


def ago(at: datetime, now: datetime) -> str:
    """`just now`, `4 min ago`, `in 3 min`."""
    if at > now:
        return f"in {length_words(at - now)}"
    return "just now" if now - at < timedelta(seconds=5) else f"{length_words(now - at)} ago"


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
