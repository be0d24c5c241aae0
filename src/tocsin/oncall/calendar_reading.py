"""iCalendar text → whose events are when (RFC 5545), by the `icalendar` and `recurring-ical-events` libraries. Pure.

The text is hostile (SEC-7): a rule can ask for millions of events. What is known to be dear is refused here; the rest
is bounded by running this in a process of its own (`calendar_child`).
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, cast
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar
from icalendar.error import BrokenCalendarProperty

from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import instant_of, is_zone, zone_of
from tocsin.kernel.text import one_line
from tocsin.oncall.calendar_model import Occurrence, Person, Question, Reading, Unread

MOST_UNREAD = 50
_OLDEST = 1970
_COARSE = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
_FINE_PARTS = ("BYHOUR", "BYMINUTE", "BYSECOND")
_AT = re.compile(r"(?<!\S)@([a-z0-9][a-z0-9._-]*)", re.IGNORECASE)


class _Unreadable(Exception):
    """Why an event or a series does not count."""


def read_calendar(text: bytes, question: Question) -> Reading:
    """What the events say; every one that says nothing to us is in `unread` with its reason.

    Raises Invalid for a text that is no calendar.
    """
    calendar = _parse(text)
    found: list[Occurrence] = []
    unread: list[Unread] = []
    for series in _series_of(calendar):
        try:
            _check_rules(series)
            events = _expand(calendar, series, question)
        except _Unreadable as why:
            unread.append(_unread(series[0], str(why)))
            continue
        for event in events:
            try:
                found += _read_event(event, question, _zone(calendar, question))
            except _Unreadable as why:
                unread.append(_unread(event, str(why)))
    in_order = sorted(set(found), key=lambda one: (one.starts_at, one))
    kept, left_out = in_order[: question.most], in_order[question.most :]
    said = [*_said_of_rest(left_out, question.most), *unread]
    return Reading(
        occurrences=tuple(sorted(kept)),
        unread=tuple(said[:MOST_UNREAD]),
        unread_count=len(left_out) + len(unread),
    )


def _said_of_rest(left_out: Sequence[Occurrence], most: int) -> list[Unread]:
    """Where a calendar has more than is kept, the nearest count and the rest waits: nobody misses a shift of theirs."""
    if not left_out:
        return []
    why = f"the first {most} count, from 60 days ago on; the others do when they come nearer"
    return [Unread(f"{len(left_out)} later events", f"{left_out[0].starts_at:%Y-%m-%d %H:%M} UTC and after", why)]


def _parse(text: bytes) -> Calendar:
    try:
        parsed = Calendar.from_ical(text.decode("utf-8-sig"))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise Invalid("The answer is no iCalendar text.", "Give the address of the .ics file itself.") from error
    if parsed.name != "VCALENDAR":
        raise Invalid("The answer is no iCalendar text.", "Give the address of the .ics file itself.")
    return parsed


def _series_of(calendar: Calendar) -> Iterator[list[Any]]:
    """Events that belong together: a rule and its exceptions have one UID."""
    series: defaultdict[str, list[Any]] = defaultdict(list)
    for number, event in enumerate(calendar.walk("VEVENT")):
        series[str(event.get("UID", number))].append(event)
    yield from series.values()


def _check_rules(series: list[Any]) -> None:
    """What would be dear, or was written wrongly."""
    for event in series:
        if event.errors:
            raise _Unreadable(f"its {str(event.errors[0][0])[:40]} cannot be read")
        starts = _start(event)
        if starts is None:
            raise _Unreadable("it has no beginning")
        for rule in _all(event, "RRULE"):
            if not {str(each).upper() for each in rule.get("FREQ", ["?"])} <= _COARSE:
                raise _Unreadable("it repeats more often than once a day")
            if any(len(rule.get(part, [])) > 1 for part in _FINE_PARTS):
                raise _Unreadable("it repeats several times a day")
            if starts.year < _OLDEST:
                raise _Unreadable(f"it repeats since before {_OLDEST}")


def _expand(calendar: Calendar, series: list[Any], question: Question) -> list[Any]:
    """The events of one series within the time that is asked for."""
    alone = Calendar()
    if "X-WR-TIMEZONE" in calendar:
        alone["X-WR-TIMEZONE"] = calendar["X-WR-TIMEZONE"]
    for event in series:
        alone.add_component(event)
    try:
        return recurring_ical_events.of(alone).between(question.since, question.until)
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        raise _Unreadable("its recurrence cannot be followed") from error


def _read_event(event: Any, question: Question, zone: ZoneInfo) -> list[Occurrence]:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return []
    starts_at, ends_at = _instant(event["DTSTART"].dt, zone), _instant(event["DTEND"].dt, zone)
    if ends_at <= starts_at:
        raise _Unreadable("it has no length")
    summary = one_line(str(event.get("SUMMARY", "")), 200)
    return [Occurrence(user, starts_at, ends_at, summary) for user in _who(event, summary, question)]


def _instant(value: date, zone: ZoneInfo) -> datetime:
    """A whole day begins at its midnight in the zone; so does a floating time at its own."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time())
    try:
        return instant_of(value, zone) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise _Unreadable("its time is out of range") from None


def _zone(calendar: Calendar, question: Question) -> ZoneInfo:
    own = str(calendar.get("X-WR-TIMEZONE", ""))
    return zone_of(own if not question.is_zone_said and is_zone(own) else question.time_zone)


def _who(event: Any, summary: str, question: Question) -> list[str]:
    """The first of these that names somebody: @name in the title, attendees, names in the title, the organiser."""
    known = {person.name for person in question.people}
    by_email = {person.email.casefold(): person.name for person in question.people if person.email}
    for found in (
        [name.casefold() for name in _AT.findall(summary)],
        [by_email.get(address, "") for address in _addresses(event, "ATTENDEE")],
        _names_in(summary, question),
        [by_email.get(address, "") for address in _addresses(event, "ORGANIZER")],
    ):
        users = list(dict.fromkeys(name for name in found if name in known))
        if users:
            return users
    raise _Unreadable("it names nobody who is known here: write @name into its title, or invite them")


def _addresses(event: Any, key: str) -> list[str]:
    """E-mail addresses of those who have not declined."""
    return [
        str(one).casefold().removeprefix("mailto:").strip()
        for one in _all(event, key)
        if str(getattr(one, "params", {}).get("PARTSTAT", "")).upper() != "DECLINED"
    ]


def _all(event: Any, key: str) -> list[Any]:
    """A property that may be there once, several times, or not at all."""
    said = event.get(key)
    if said is None:
        return []
    return cast("list[Any]", said) if isinstance(said, list) else [said]


def _names_in(summary: str, question: Question) -> list[str]:
    """Whose name or display name stands in a title as whole words; what `people:` says comes first."""
    text = summary.casefold()
    aliases = [name for alias, name in question.aliases.items() if _stands_in(alias, text)]
    return aliases or [p.name for p in question.people if any(_stands_in(each, text) for each in _names_of(p))]


def _names_of(person: Person) -> tuple[str, ...]:
    return tuple(each for each in (person.name, person.display_name, person.email) if each)


def _stands_in(words: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words.casefold())}(?!\w)", text) is not None


def _start(event: Any) -> date | None:
    """None also for one that cannot be read."""
    try:
        starts = getattr(event.get("DTSTART"), "dt", None)
    except BrokenCalendarProperty:
        return None
    return starts if isinstance(starts, date) else None


def _unread(event: Any, reason: str) -> Unread:
    starts = _start(event)
    shown = starts.isoformat(sep=" ", timespec="minutes") if isinstance(starts, datetime) else str(starts or "")
    return Unread(one_line(str(event.get("SUMMARY", "")), 200), shown, reason)
