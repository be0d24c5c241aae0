"""Spans of time as the configuration writes them: `30s`, `5m`, `2h`, `7d`, `1h30m`. And as people are told them."""

import re
from datetime import timedelta

from tocsin.kernel.errors import Invalid

_SHAPE = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s)?", re.ASCII)
_MILLISECONDS = re.compile(r"([0-9]{1,6})\s?ms")
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))


def parse_duration(text: str, *, field: str | None = None) -> timedelta:
    """ "1h30m" → timedelta; raises Invalid for anything that is not days, hours, minutes and seconds in this order."""
    shape = _SHAPE.fullmatch(text.strip())
    if shape is None or not any(shape.groups()):
        raise Invalid(f"{text[:40]!r} is not a duration.", "Write it like 30s, 5m, 2h or 7d.", field=field)
    days, hours, minutes, seconds = (int(part or 0) for part in shape.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def format_duration(span: timedelta) -> str:
    """The shortest text that `parse_duration` reads back; fractions of a second are cut, and nothing is below 0s."""
    rest, text = max(0, int(span.total_seconds())), ""
    for size, unit in _UNITS:
        count, rest = divmod(rest, size)
        text += f"{count}{unit}" if count else ""
    return text or "0s"


def length_words(length: timedelta) -> str:
    """`12 s`, `4 min`, `2 h 5 min`, `3 days`: as exact as its size asks for, and never negative."""
    minutes, seconds = divmod(max(0, int(length.total_seconds())), 60)
    hours, days = minutes // 60, minutes // (24 * 60)
    if minutes < 1:
        return f"{seconds} s"
    if hours < 1:
        return f"{minutes} min"
    if days < 1:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return "1 day" if days == 1 else f"{days} days"


def format_hours(span: timedelta) -> str:
    """`168:30`: hours and minutes, to the nearest minute, for columns that are added up."""
    minutes = round(span.total_seconds() / 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def parse_latency(text: str) -> timedelta:
    """`300ms`, or a duration. Raises Invalid, also for nothing at all."""
    milliseconds = _MILLISECONDS.fullmatch(text.strip())
    span = timedelta(milliseconds=int(milliseconds[1])) if milliseconds else parse_duration(text)
    if span <= timedelta(0):
        raise Invalid("A latency is longer than nothing.", "Write it as 300ms or 2s.")
    return span
