"""The rules of the checker about how long somebody is on call, and how much rest they have (ONC-3). Pure.

Days count in one schedule, on its wall clock: primary one week and secondary the next is how many teams want it.
Nights, hours and rest count in all schedules together, on the person's own clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

from tocsin.catalog.oncall_limits import Limits, in_force
from tocsin.catalog.working_time import DailyHours
from tocsin.kernel.localtime import instant_of, local_of, zone_of
from tocsin.oncall.duty import BREAK, Look, Roster, Span, common, merged, stretches, touches, within
from tocsin.oncall.findings import MEANINGS, Facts, Finding, Rule
from tocsin.oncall.wording import when

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
WEEK = 7 * DAY
SHARE = "Share the turns among more people, or let somebody take part of it (tocsin override)."


def applies(rule: Rule, organisation: Limits, schedule: Limits) -> bool:
    """Whether a rule is switched on in a schedule."""
    key = MEANINGS[rule].limit
    if key is None:
        return True
    value = getattr(in_force(organisation, schedule), key)
    return not value if key == "gaps" else value is not None


def look_back(organisation: Limits, schedules: Iterable[Limits]) -> timedelta:
    """How far back shifts must be known so that a stretch which goes on now is seen to be too long. Of one that began
    even earlier no more is named."""
    longest = 7
    for said in schedules:
        limits = in_force(organisation, said)
        for days in (limits.days_in_a_row, limits.days_between, limits.nights_in_a_row):
            longest = max(longest, days or 0)
    return (longest + 2) * DAY


def find_all(rosters: Sequence[Roster], facts: Facts, look: Look) -> Iterator[Finding]:
    """What breaks any of the rules of this module."""
    for roster in rosters:
        yield from find_days_in_a_row(roster, look)
        yield from find_days_between(roster, look)
    if any(_counts_everywhere(roster.limits) for roster in rosters):
        everywhere = Everywhere(rosters, facts, look)
        for roster in rosters:
            yield from find_nights_in_a_row(roster, everywhere, facts, look)
            yield from find_hours_a_week(roster, everywhere, facts, look)
            yield from find_short_rest(roster, everywhere, facts, look)


def find_days_in_a_row(roster: Roster, look: Look) -> Iterator[Finding]:
    """Stretches longer than the limit whose time beyond it lies in the look."""
    limit = roster.limits.days_in_a_row
    if not limit:
        return
    for user, spans in roster.people.items():
        for stretch in stretches(spans, roster.zone):
            over_at = instant_of(stretch.begins + limit * DAY, roster.zone)
            if stretch.length > limit * DAY and stretch.span.ends_at > look.since and over_at < look.until:
                days = stretch.length / DAY
                yield _finding(
                    Rule.DAYS_IN_A_ROW,
                    roster,
                    stretch.span,
                    user,
                    f"{user} is on call in {roster.schedule.name} for {days:.3g} days in a row, "
                    f"{when(stretch.span, look, roster.zone)}; {limit} are allowed",
                    SHARE,
                )


def find_days_between(roster: Roster, look: Look) -> Iterator[Finding]:
    """Pauses between two stretches with more than a day on end, shorter than the limit; the pause is what is named."""
    limit = roster.limits.days_between
    if not limit:
        return
    for user, spans in roster.people.items():
        longer = [each for each in stretches(spans, roster.zone) if each.on_end > BREAK]
        for one, other in pairwise(longer):
            pause = Span(one.span.ends_at, other.span.starts_at)
            if other.begins - one.ends < limit * DAY and pause.ends_at > look.since:
                days = (other.begins - one.ends) / DAY
                yield _finding(
                    Rule.DAYS_BETWEEN,
                    roster,
                    pause,
                    user,
                    f"{user} has {days:.2g} days off between two stretches in {roster.schedule.name}, "
                    f"{when(pause, look, roster.zone)}; {limit} are wanted",
                    "Let more people share the rotation, or let somebody take over one of the two (tocsin swap).",
                )


class Everywhere:
    """Each person's time on call in whichever schedules; what it adds up to is reckoned once for each clock."""

    def __init__(self, rosters: Iterable[Roster], facts: Facts, look: Look) -> None:
        found: defaultdict[str, list[Span]] = defaultdict(list)
        for roster in rosters:
            for user, spans in roster.people.items():
                found[user] += spans
        self.spans = {user: merged(spans) for user, spans in found.items()}
        self._night = facts.night
        self._look = look
        self._weeks: dict[ZoneInfo, list[Span]] = {}
        self._rows: dict[tuple[str, ZoneInfo], list[tuple[Span, int]]] = {}
        self._hours: dict[tuple[str, ZoneInfo], list[tuple[Span, timedelta]]] = {}

    def rows_of_nights(self, user: str, zone: ZoneInfo) -> list[tuple[Span, int]]:
        """Nights in a row with any time on call: from the begin of the first to the end of the last, and how many."""
        if (user, zone) not in self._rows:
            self._rows[user, zone] = list(rows_of_nights(self.spans[user], zone, self._night))
        return self._rows[user, zone]

    def hours_of_weeks(self, user: str, zone: ZoneInfo) -> list[tuple[Span, timedelta]]:
        """Each week of the look and the time on call in it."""
        if (user, zone) not in self._hours:
            if zone not in self._weeks:
                self._weeks[zone] = list(weeks(self._look, zone))
            self._hours[user, zone] = shares(self.spans[user], self._weeks[zone])
        return self._hours[user, zone]


def find_nights_in_a_row(roster: Roster, everywhere: Everywhere, facts: Facts, look: Look) -> Iterator[Finding]:
    """Rows of nights that are longer than the limit."""
    limit = roster.limits.nights_in_a_row
    if not limit:
        return
    for user, own in roster.people.items():
        zone = _clock_of(user, roster, facts)
        for span, count in everywhere.rows_of_nights(user, zone):
            if count > limit and span.ends_at > look.since and span.starts_at < look.until and touches(own, span):
                yield _finding(
                    Rule.NIGHTS_IN_A_ROW,
                    roster,
                    span,
                    user,
                    f"{user} is on call in {count} nights in a row, {when(span, look, zone)}; {limit} are allowed",
                    SHARE,
                )


def rows_of_nights(spans: Iterable[Span], zone: ZoneInfo, night: DailyHours) -> Iterator[tuple[Span, int]]:
    """The nights in which the spans have some time, those without a night between them as one row."""
    days = sorted({day for span in spans for day in _nights_of(span, zone, night)})
    for _, group in groupby(enumerate(days), key=lambda each: each[1] - each[0]):
        row = [day for _, day in group]
        begins = datetime.combine(date.fromordinal(row[0]), night.begin)
        ends = datetime.combine(date.fromordinal(row[-1] + _ends_next_day(night)), night.to)
        yield Span(instant_of(begins, zone), instant_of(ends, zone)), len(row)


def _nights_of(span: Span, zone: ZoneInfo, night: DailyHours) -> range:
    """The ordinals of the days on which a night begins of which the span has some time."""
    begins, ends = local_of(span.starts_at, zone), local_of(span.ends_at, zone)
    first = begins.toordinal() - _ends_next_day(night) + (begins.time() >= night.to)
    return range(first, ends.toordinal() + (ends.time() > night.begin))


def _ends_next_day(night: DailyHours) -> bool:
    return night.to <= night.begin


def find_hours_a_week(roster: Roster, everywhere: Everywhere, facts: Facts, look: Look) -> Iterator[Finding]:
    """Weeks, Monday to Monday, with more time on call than the limit; the end of the look cuts the last one."""
    limit = roster.limits.hours_a_week
    if not limit:
        return
    for user, own in roster.people.items():
        zone = _clock_of(user, roster, facts)
        for week, taken in everywhere.hours_of_weeks(user, zone):
            if taken > limit * HOUR and touches(own, week):
                yield _finding(
                    Rule.HOURS_A_WEEK,
                    roster,
                    week,
                    user,
                    f"{user} is on call for {taken / HOUR:.4g} hours in the week {when(week, look, zone)}; "
                    f"{limit} are allowed",
                    SHARE,
                )


def shares(spans: Iterable[Span], parts: Sequence[Span]) -> list[tuple[Span, timedelta]]:
    """How much of the spans lies in each of some parts of time; both are in order and without overlap."""
    taken = [timedelta()] * len(parts)
    place = 0
    for starts_at, ends_at in spans:
        while place < len(parts) and parts[place].ends_at <= starts_at:
            place += 1
        at = place
        while at < len(parts) and parts[at].starts_at < ends_at:
            taken[at] += min(ends_at, parts[at].ends_at) - max(starts_at, parts[at].starts_at)
            at += 1
    return list(zip(parts, taken, strict=True))


def weeks(look: Look, zone: ZoneInfo) -> Iterator[Span]:
    """The weeks of a look on a local clock, the first whole, the last as far as the look goes."""
    local = local_of(look.since, zone)
    monday = local.replace(hour=0, minute=0, second=0, microsecond=0) - local.weekday() * DAY
    starts_at = instant_of(monday, zone)
    while starts_at < look.until:
        monday += WEEK
        following = instant_of(monday, zone)
        yield Span(starts_at, min(following, look.until))
        starts_at = following


def find_short_rest(roster: Roster, everywhere: Everywhere, facts: Facts, look: Look) -> Iterator[Finding]:
    """Time on call after a page at night, within the rest that it asks for."""
    limit = roster.limits.rest_after_night_page
    if not limit:
        return
    rests: defaultdict[str, list[Span]] = defaultdict(list)
    for wake in facts.wakes:
        if wake.user in roster.people:
            rests[wake.user].append(Span(wake.at, wake.at + limit * HOUR))
    for user, own in rests.items():
        zone = _clock_of(user, roster, facts)
        for span in within(common(everywhere.spans[user], merged(own)), look):
            if touches(roster.people[user], span):
                yield _finding(
                    Rule.REST,
                    roster,
                    span,
                    user,
                    f"{user} was paged at night and is on call {when(span, look, zone)}; {limit} hours of rest follow "
                    "such a page",
                    f"Let somebody take over until {user} has rested (tocsin override).",
                )


def _counts_everywhere(limits: Limits) -> bool:
    return any((limits.nights_in_a_row, limits.hours_a_week, limits.rest_after_night_page))


def _clock_of(user: str, roster: Roster, facts: Facts) -> ZoneInfo:
    known = facts.people.get(user)
    return zone_of(known.time_zone) if known is not None and known.time_zone else roster.zone


def _finding(rule: Rule, roster: Roster, span: Span, user: str, sentence: str, remedy: str) -> Finding:
    return Finding(
        rule=rule,
        schedule=roster.schedule.name,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        people=(user,),
        sentence=sentence,
        remedy=remedy,
        time_zone=roster.schedule.time_zone,
    )
