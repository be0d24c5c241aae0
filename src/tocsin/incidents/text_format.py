"""The text format of a timeline (WAR-2): `[HH:MM] [@person] [TYPE] text`, read wherever it is pasted and printed.

Pure. Every part of the head may be missing, but a text that begins so without being one – an unknown type, a zone that
nobody knows – stays text: nothing that was written is lost. Whether it may be written at all is decided in `writing`.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from textwrap import dedent
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec

from tocsin.incidents.model import EntryType
from tocsin.kernel.localtime import FIRST_YEAR, LAST_YEAR, instant_of, is_zone, local_of, zone_of

INDENT = " " * 8
"""Before every further line of a text, so that none is taken for an entry of its own."""

AHEAD = timedelta(minutes=2)
"""By how much the clock of who writes may be ahead; a time later than that was yesterday's."""

OUT_OF_ORDER = timedelta(hours=1)
"""By how much a line may be earlier than the one above it; what is earlier still is of the next day."""

_DAY = timedelta(days=1)
_TIME = re.compile(r"\[\s*(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([A-Za-z][\w/+-]*|[+-]\d{2}(?::?\d{2})?))?\s*\]\s*")
_PERSON_IN_BRACKETS = re.compile(r"\[\s*(@\w[\w.-]*)\s*\]\s*", re.ASCII)
_PERSON = re.compile(r"(@\w(?:[\w.-]*\w)?):?\s+", re.ASCII)
_TYPE = re.compile(r"\[\s*([A-Za-z]+)\s*\]\s*")
_DAY_LINE = re.compile(r"#\s*(?:[A-Za-z]+\s+)?(\d{1,2}) ([A-Za-z]+) (\d{4})(?:,\s*(\S+))?\s*")
_WRITTEN_LINE = re.compile(rf"{INDENT}# written [^\n]* by \S+")
_MONTHS: list[str] = [
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
]
_TYPES = {kind.value: kind for kind in EntryType}


class ParsedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry as it was written. `at` is None where no time was said, `person` is "@bob" or None, `type` is None
    where none of `EntryType` was named."""

    at: datetime | None = None
    person: str | None = None
    type: EntryType | None = None
    text: str


class _Clock(NamedTuple):
    """A time of day as a line says it; `day` is None where no line above has named one."""

    at: time
    zone: tzinfo
    day: date | None


class _Head(NamedTuple):
    clock: _Clock | None
    person: str | None
    type: EntryType | None
    rest: str


class _Day(NamedTuple):
    """What a line such as `# Saturday 21 November 2026, Europe/Berlin` sets for those below it."""

    day: date | None
    zone: ZoneInfo


def parse(text: str, now: datetime, zone: ZoneInfo) -> list[ParsedEntry]:
    """The entries of a text, in its order; a text without any head is one entry, an empty one is none.

    Times are those of `zone` unless they are suffixed (`[14:32 UTC]`, `[14:32Z]`, `[14:32+02:00]`, `[14:32 CEST]`).
    Their day is inferred: the last time is not ahead of `now`, and the lines run forward over midnight.
    """
    heads = _read_heads(text, now, zone)
    if all(head.clock is None and head.person is None and head.type is None for head in heads):
        return [ParsedEntry(text=text.strip())] if text.strip() else []
    instants = iter(_instants([head.clock for head in heads if head.clock is not None], now))
    return [
        ParsedEntry(
            at=next(instants) if head.clock is not None else None,
            person=head.person,
            type=head.type,
            text=head.rest.strip(),
        )
        for head in heads
    ]


def render(entries: Iterable[ParsedEntry], zone: ZoneInfo) -> str:
    """What `parse` reads again, to the minute; a line with the day stands where the day changes."""
    lines: list[str] = []
    day: date | None = None
    for entry in entries:
        if entry.at is not None and local_of(entry.at, zone).date() != day:
            day = local_of(entry.at, zone).date()
            lines.append(day_line(day, zone))
        lines.append(entry_line(entry.at, entry.person or "", entry.type or EntryType.NOTE, entry.text, zone))
    return "\n".join(lines)


def day_line(day: date, zone: ZoneInfo) -> str:
    """`# Saturday 21 November 2026, Europe/Berlin`."""
    return f"# {day:%A} {day.day} {day:%B %Y}, {zone.key}"


def entry_line(at: datetime | None, by: str, entry_type: str, text: str, zone: ZoneInfo) -> str:
    """`[14:32] [@alice] [DECISION] rollback v2.3.1`; further lines of the text are indented."""
    head = [_clock_words(at, zone)] if at is not None else []
    if by:
        head.append(f"[{by}]")
    return " ".join([*head, f"[{entry_type.upper()}]", text.replace("\n", f"\n{INDENT}")])


def written_line(at: datetime, by: str, zone: ZoneInfo) -> str:
    """Below an entry that speaks of another instant or person than it was written at and by; `parse` passes over it."""
    return f"{INDENT}# written {local_of(at, zone):%a %H:%M} by {by}"


def _clock_words(at: datetime, zone: ZoneInfo) -> str:
    """`[14:32]`; where the clock shows that time twice, the second one carries its offset: `[02:30+01:00]`."""
    local, minute = local_of(at, zone), at.replace(second=0, microsecond=0)
    if instant_of(local.replace(second=0, microsecond=0), zone) == minute:
        return f"[{local:%H:%M}]"
    offset = at.astimezone(zone).isoformat(timespec="minutes")[-6:]
    return f"[{local:%H:%M}{offset}]"


def _read_heads(text: str, now: datetime, zone: ZoneInfo) -> list[_Head]:
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    if lines[0][:1].isspace():
        lines = dedent("\n".join(lines)).split("\n")
    heads: list[_Head] = []
    day = _Day(None, zone)
    for line in lines:
        if _WRITTEN_LINE.fullmatch(line):
            continue
        named = None if line.startswith(INDENT) else _day_of(line, zone)
        if named is not None:
            day = named
            continue
        head = _Head(None, None, None, line) if line.startswith(INDENT) else _head_of(line, day, now)
        if heads and head.clock is None and head.person is None and head.type is None:
            heads[-1] = heads[-1]._replace(rest=f"{heads[-1].rest}\n{line.removeprefix(INDENT)}")
        elif line.strip():
            heads.append(head)
    return heads


def _head_of(line: str, day: _Day, now: datetime) -> _Head:
    """A person without brackets is one only after a time or before a type: else somebody is spoken to."""
    rest = line.lstrip()
    clock, rest = _split_clock(rest, day, now)
    bracketed, bare = _PERSON_IN_BRACKETS.match(rest), _PERSON.match(rest)
    person = bracketed or bare
    after = rest[person.end() :] if person else rest
    entry_type, after = _split_type(after)
    if bracketed is None and clock is None and entry_type is None:
        return _Head(None, None, None, rest)
    return _Head(clock, person[1] if person else None, entry_type, after)


def _split_type(rest: str) -> tuple[EntryType | None, str]:
    found = _TYPE.match(rest)
    known = _TYPES.get(found[1].lower()) if found else None
    return (known, rest[found.end() :]) if found and known else (None, rest)


def _split_clock(rest: str, day: _Day, now: datetime) -> tuple[_Clock | None, str]:
    found = _TIME.match(rest)
    if found is None:
        return None, rest
    zone = _zone_of(found[4], day.zone, now)
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if zone is None or hour > 23 or minute > 59 or second > 59:
        return None, rest
    return _Clock(time(hour, minute, second), zone, day.day), rest[found.end() :]


def _zone_of(suffix: str | None, zone: ZoneInfo, now: datetime) -> tzinfo | None:
    """The zone that a suffix names: UTC, an offset, what the organisation's own zone is called in summer or winter, an
    IANA name. None: nobody knows it."""
    if not suffix:
        return zone
    if suffix.upper() in ("Z", "UTC", "GMT"):
        return UTC
    if suffix[0] in "+-":
        offset = timedelta(hours=int(suffix[1:3]), minutes=int(suffix[3:].removeprefix(":") or 0))
        return timezone(-offset if suffix[0] == "-" else offset) if offset < _DAY else None
    for months in (0, 3, 6, 9):
        local = (now - timedelta(days=30 * months)).astimezone(zone)
        if local.tzname() == suffix.upper():
            return timezone(local.utcoffset() or timedelta())
    return zone_of(suffix) if is_zone(suffix) else None


def _day_of(line: str, zone: ZoneInfo) -> _Day | None:
    found = _DAY_LINE.fullmatch(line)
    if found is None or found[2].lower() not in _MONTHS or (found[4] and not is_zone(found[4])):
        return None
    try:
        day = date(int(found[3]), _MONTHS.index(found[2].lower()) + 1, int(found[1]))
    except ValueError:
        return None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    return _Day(day, zone_of(found[4]) if found[4] else zone)


def _instants(clocks: Sequence[_Clock], now: datetime) -> list[datetime]:
    """In UTC. Times below a line that names the day are of that day; those before it end at `now` at the latest."""
    dated = next((place for place, clock in enumerate(clocks) if clock.day is not None), len(clocks))
    exact = [_instant(clock.day, clock) for clock in clocks[dated:] if clock.day is not None]
    return [*_run_up_to(clocks[:dated], now + AHEAD), *exact]


def _run_up_to(clocks: Sequence[_Clock], limit: datetime) -> list[datetime]:
    """The latest days on which all of these times, each after the one before it, lie at or before `limit`."""
    if not clocks:
        return []
    day = limit.astimezone(clocks[0].zone).date()
    run = _run_from(clocks, day)
    while max(run) > limit:
        day -= max(timedelta((max(run) - limit).days), _DAY)
        run = _run_from(clocks, day)
    return run


def _run_from(clocks: Sequence[_Clock], day: date) -> list[datetime]:
    run = [_instant(day, clocks[0])]
    for clock in clocks[1:]:
        same_day = _instant(run[-1].astimezone(clock.zone).date(), clock)
        is_next_day = same_day < run[-1] - OUT_OF_ORDER
        run.append(_instant(run[-1].astimezone(clock.zone).date() + _DAY, clock) if is_next_day else same_day)
    return run


def _instant(day: date, clock: _Clock) -> datetime:
    local = datetime.combine(day, clock.at)
    if isinstance(clock.zone, ZoneInfo):
        return instant_of(local, clock.zone)
    return local.replace(tzinfo=clock.zone).astimezone(UTC)
