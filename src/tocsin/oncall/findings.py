"""What the checker of schedules says, and the facts it says it from: values only, and what each rule means.

The rules themselves are in `checker` (who is there, and can be reached) and `rest` (how long, and how much rest).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from tocsin.catalog.oncall_limits import Limits
from tocsin.catalog.working_time import DailyHours, OnCallTerms
from tocsin.oncall.calendar_model import CalendarDoubt


class Rule(StrEnum):
    """What must hold of the coming weeks (ONC-3), the worst to break first."""

    GAP = "gap"
    UNREACHABLE = "unreachable"
    NO_CONTACT = "no-contact"
    GONE = "gone"
    OVERRIDE = "override"
    DOUBLE = "double"
    TWO_PLACES = "two-places"
    LEAVE = "leave"
    DAYS_IN_A_ROW = "days-in-a-row"
    DAYS_BETWEEN = "days-between"
    NIGHTS_IN_A_ROW = "nights-in-a-row"
    HOURS_A_WEEK = "hours-a-week"
    REST = "rest-after-night-page"

    @property
    def means_silence(self) -> bool:
        """Whether an alert would reach nobody while it is broken."""
        return self in (Rule.GAP, Rule.UNREACHABLE)


class Meaning(NamedTuple):
    """A rule in words: `holds` when it is proven, `broken` as a heading, `what` in full for the reference. `limit` is
    the key of the file that sets or switches it off."""

    holds: str
    broken: str
    what: str
    limit: str | None = None


MEANINGS: Mapping[Rule, Meaning] = {
    Rule.GAP: Meaning(
        "somebody is on call at every moment",
        "nobody is on call",
        "A time at which nobody is on call. A schedule that is meant to have such times (business hours only) says so "
        "with `gaps: true`.",
        "gaps",
    ),
    Rule.UNREACHABLE: Meaning(
        "at every moment somebody on call can be reached",
        "nobody on call can be reached",
        "A time at which everybody on call has left (is disabled) or has no address to be told by: as silent as a gap.",
    ),
    Rule.NO_CONTACT: Meaning(
        "everybody on call has an address to be told by",
        "somebody on call has no address to be told by",
        "Time on call of a person who has neither a contact nor an e-mail address of their account.",
    ),
    Rule.GONE: Meaning(
        "everybody in the rotations belongs there",
        "somebody in a rotation has left",
        "A turn of a person who has left (is disabled), or who is neither a member nor a lead of the schedule's team.",
    ),
    Rule.OVERRIDE: Meaning(
        "every override is by and for people who belong there",
        "an override is by or for somebody who has left",
        "An override for a person who has left or does not belong to the schedule's team, or made by one who has left.",
    ),
    Rule.DOUBLE: Meaning(
        "nobody is on call twice in the same policy",
        "one person is primary and secondary at once",
        "A time at which one person is on call in two schedules that one escalation policy names in different steps: "
        "if they do not answer, the next step calls them again.",
    ),
    Rule.TWO_PLACES: Meaning(
        "nobody is called first in two places",
        "one person is called first in two places",
        "A time at which one person is on call in two schedules that different policies call first. A schedule that "
        "several policies call is one place.",
    ),
    Rule.LEAVE: Meaning(
        "nobody is on call while on leave",
        "somebody is on call while on leave",
        "Time on call within the leave of the same person. Leave moves no shift by itself: somebody must take over.",
    ),
    Rule.DAYS_IN_A_ROW: Meaning(
        "nobody is on call for too many days in a row",
        "too many days in a row",
        "A stretch on call in this schedule that is longer than so many days of 24 hours on its wall clock, however "
        "many shifts make it up. A break of less than 24 hours does not end it.",
        "days_in_a_row",
    ),
    Rule.DAYS_BETWEEN: Meaning(
        "everybody has enough days between their stretches",
        "too few days between two stretches",
        "Less than so many days off between two stretches of one person in this schedule. Only stretches with "
        "more than 24 hours on end count: daily turns, business hours and an evening's cover need no week off.",
        "days_between",
    ),
    Rule.NIGHTS_IN_A_ROW: Meaning(
        "nobody has too many nights in a row",
        "too many nights in a row",
        "More than so many nights in a row in which a person is on call for any time, in whichever schedules, on their "
        "own clock.",
        "nights_in_a_row",
    ),
    Rule.HOURS_A_WEEK: Meaning(
        "nobody is on call for too many hours a week",
        "too many hours in a week",
        "More than so many hours on call between Monday 00:00 and the next on the person's own clock, in all schedules "
        "together; an hour in two schedules is one hour.",
        "hours_a_week",
    ),
    Rule.REST: Meaning(
        "everybody rests after a page at night",
        "too little rest after a page at night",
        "Time on call within so many hours after a page that came at night, in whichever schedule.",
        "rest_after_night_page",
    ),
}


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One rule broken from an instant to another, by whom, in words, and what to do. `beside` is the other schedule of
    a rule about two. A finding that ends where the look ends may go on after it. `time_zone` is the schedule's."""

    rule: Rule
    schedule: str
    starts_at: datetime
    ends_at: datetime
    people: tuple[str, ...]
    sentence: str
    remedy: str
    beside: str | None = None
    time_zone: str = "UTC"


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a rule holds in a schedule: it is proven until `holds_until`, the end of the look or the first instant
    that breaks it. `applies` False: it is switched off there, and nothing is proven."""

    rule: Rule
    schedule: str
    time_zone: str
    applies: bool
    holds_until: datetime
    findings: tuple[Finding, ...]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, [since, until), and what is so – as far as the calendars of elsewhere are known that it rests
    on: `doubts` names those that are not, or not whole."""

    since: datetime
    until: datetime
    verdicts: tuple[Verdict, ...]
    doubts: tuple[CalendarDoubt, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Each once, though one about two schedules is in the verdicts of both; the worst rules first."""
        return tuple(worst_first({each for verdict in self.verdicts for each in verdict.findings}))


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """By rule, then by time."""
    order = {rule: place for place, rule in enumerate(Rule)}
    return sorted(findings, key=lambda each: (order[each.rule], each.starts_at, each.schedule, each.people))


class PersonFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the checker knows of a person. `time_zone` None: that of the schedule counts."""

    is_disabled: bool = False
    has_contact: bool = True
    time_zone: str | None = None


class Away(NamedTuple):
    """A person's leave, [starts_at, ends_at)."""

    user: str
    starts_at: datetime
    ends_at: datetime


class Wake(NamedTuple):
    """A page that reached for a person at night."""

    user: str
    at: datetime


class Ladder(NamedTuple):
    """The schedules that one escalation policy calls, step by step."""

    policy: str
    steps: tuple[tuple[str, ...], ...]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything beside the schedules. Whoever is not among `people` does not exist any more; `teams` are members and
    leads; `night` is on the clock of each person."""

    people: Mapping[str, PersonFacts]
    teams: Mapping[str, frozenset[str]] = {}
    ladders: tuple[Ladder, ...] = ()
    leave: tuple[Away, ...] = ()
    wakes: tuple[Wake, ...] = ()
    limits: Limits = Limits()
    night: DailyHours = OnCallTerms().night
