"""Instants inside sentences: what is stored says `05:23:59 UTC`, and every reader has a clock of their own. Pure."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

_UTC_CLOCK = re.compile(r"\b(\d{4}-\d{2}-\d{2} )?([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))? UTC\b")


class Clock(NamedTuple):
    """One instant in a sentence, from `start` to `end`; how it is written."""

    start: int
    end: int
    at: datetime
    has_day: bool
    has_seconds: bool


def find_clocks(sentence: str, near: datetime) -> Iterator[Clock]:
    """Every `HH:MM UTC`, with its day or seconds. One that names no day is the one within twelve hours of `near`."""
    for found in _UTC_CLOCK.finditer(sentence):
        at = _dated(found) or _nearest(found, near)
        yield Clock(found.start(), found.end(), at, bool(found[1]), bool(found[4]))


def on_clock_of(zone: tzinfo, sentence: str, near: datetime) -> str:
    """ "it goes on at 10:05 UTC" → "it goes on at 11:05 CET"; a day that is another one there is named."""
    parts: list[str] = []
    end = 0
    for clock in find_clocks(sentence, near):
        parts += [sentence[end : clock.start], _words(clock, zone, near)]
        end = clock.end
    return "".join([*parts, sentence[end:]])


def _words(clock: Clock, zone: tzinfo, near: datetime) -> str:
    local = clock.at.astimezone(zone)
    time = f"{local:%H:%M:%S}" if clock.has_seconds else f"{local:%H:%M}"
    if clock.has_day:
        day = f"{local:%Y-%m-%d} "
    else:
        day = "" if local.date() == near.astimezone(zone).date() else f"{local:%a} "
    return f"{day}{time} {local:%Z}"


def _dated(found: re.Match[str]) -> datetime | None:
    """The instant that a sentence names whole; None where it names no day, or none there is."""
    if not found[1]:
        return None
    try:
        return datetime.fromisoformat(f"{found[1]}{found[2]}:{found[3]}:{found[4] or '00'}+00:00")
    except ValueError:
        return None


def _nearest(found: re.Match[str], near: datetime) -> datetime:
    hour, minute, second = int(found[2]), int(found[3]), int(found[4] or 0)
    utc = near.astimezone(UTC)
    at = utc.replace(hour=hour, minute=minute, second=second, microsecond=0)
    return at + timedelta(days=round((utc - at) / timedelta(days=1)))
