"""Hand-overs by a recurrence rule (RFC 5545): which rules are taken, and the local times they give. Pure.

The rule is expanded on the wall clock, from DTSTART without a zone, so a hand-over at 09:00 stays at 09:00; what
instant a local time means is decided where every local time is (``kernel.localtime``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice, pairwise, takewhile
from threading import Lock

from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrule, rrulestr

from tocsin.kernel.errors import Invalid

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
HOUR = timedelta(hours=1)
CHECKED = 500
LATEST = 9990
TRIED = relativedelta(years=8)
FOLLOWED = relativedelta(years=30)
REMEDY = "Write it as FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=9 – `starts` is its DTSTART."


class Occurrences:
    """The local times of a rule after its start, ascending, expanded as far as anybody has asked.

    A rule is followed for 30 years: counting on for whoever asks about the year 8000 would stop the server. Shared by
    threads: proofs and feeds are worked out beside the event loop, which asks by the same rule.
    """

    def __init__(self, rule: str, starts: datetime) -> None:
        self.known: list[datetime] = []
        followed = takewhile(lambda each: each < starts + FOLLOWED, parsed(rule, starts))
        self._rest: Iterator[datetime] | None = (each for each in followed if each > starts)
        self._expanding = Lock()

    def count(self, local: datetime) -> int:
        """How many there are up to a local time, itself included."""
        self._expand_until(lambda: bool(self.known) and self.known[-1] > local)
        return bisect_right(self.known, local)

    def at(self, place: int) -> datetime | None:
        """The one at a place, from 0; None: the rule has ended before."""
        self._expand_until(lambda: len(self.known) > place)
        return self.known[place] if place < len(self.known) else None

    def _expand_until(self, is_enough: Callable[[], bool]) -> None:
        """One at a time, so that nobody waits for another's thirty years."""
        while self._rest is not None and not is_enough():
            with self._expanding:
                if not is_enough():
                    self._expand()

    def _expand(self) -> None:
        following = next(self._rest, None) if self._rest is not None else None
        if following is None:
            self._rest = None
        else:
            self.known.append(following)


@lru_cache(maxsize=1024)
def occurrences_of(rule: str, starts: datetime) -> Occurrences:
    """Kept, since a rule is expanded from its start."""
    return Occurrences(rule, starts)


def parsed(rule: str, starts: datetime) -> rrule:
    """Raises Invalid for what is no single rule of local times."""
    return _rule_of(_parts(rule), starts)


def check_rule(rule: str, starts: datetime) -> None:
    """Raises Invalid for a rule without a hand-over in eight years, or with one less than an hour after another."""
    parts, horizon = _parts(rule), starts + TRIED
    found = _rule_of(parts, starts)
    first = [starts]
    if _happens(parts, starts):
        first += islice((each for each in takewhile(lambda each: each <= horizon, found) if each > starts), CHECKED)
    if len(first) == 1:
        raise Invalid(f"{rule!r} never hands over in eight years after {starts:%Y-%m-%d}.", REMEDY, field="rrule")
    if any(following - one < HOUR for one, following in pairwise(first)):
        raise Invalid(f"{rule!r} hands over again within an hour.", "A turn lasts at least an hour.", field="rrule")


def _happens(parts: dict[str, str], starts: datetime) -> bool:
    """Whether a rule that had no end would happen in eight years.

    One that never does is searched up to the year 9999, which takes seconds from here. The calendar repeats after 400
    years to the day of the week, so it is tried as late as it can be.
    """
    late = starts.replace(year=starts.year + 400 * ((LATEST - starts.year) // 400))
    endless = {key: value for key, value in parts.items() if key not in ("COUNT", "UNTIL")}
    return any(late < each for each in takewhile(lambda each: each <= late + TRIED, _rule_of(endless, late)))


def _parts(rule: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in rule.strip().upper().split(";"))
    parts = {key: value for key, _, value in pairs}
    if parts.get("FREQ") not in FREQUENCIES:
        raise Invalid(f"A hand-over rule needs a FREQ of {', '.join(FREQUENCIES)}.", REMEDY, field="rrule")
    return parts


def _rule_of(parts: dict[str, str], starts: datetime) -> rrule:
    text = ";".join(f"{key}={value}" for key, value in parts.items())
    try:
        found = rrulestr(text, dtstart=starts)
    except (ValueError, TypeError) as error:
        local = " UNTIL is a local time, without Z." if "UNTIL" in parts else ""
        raise Invalid(f"{text!r} is no recurrence rule: {error}.", f"{REMEDY}{local}", field="rrule") from None
    assert isinstance(found, rrule)  # one line with FREQ is one rule, never a set of them
    return found
