"""Proves or refutes what must hold of schedules in the coming weeks, and names the exact time that breaks it (ONC-3).

Pure: the caller brings the schedules and the facts. Here are the rules about who is there and can be reached; those
about how long and how much rest are in `rest`. What each rule means is said in `findings`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations

from tocsin.oncall import rest
from tocsin.oncall.duty import Look, Roster, Span, common, people_of, roster_of, spells, within
from tocsin.oncall.findings import Facts, Finding, Ladder, Rule, Verdict, worst_first
from tocsin.oncall.model import Schedule, Shift, Source
from tocsin.oncall.wording import listed, when

LOOK_AHEAD = timedelta(days=90)


def check(schedules: Sequence[Schedule], facts: Facts, since: datetime, until: datetime) -> list[Finding]:
    """Everything that is broken within [since, until), each once; the worst rules first, then by time."""
    return worst_first(_findings(schedules, facts, since, until))


def prove(schedules: Sequence[Schedule], facts: Facts, since: datetime, until: datetime) -> list[Verdict]:
    """For each schedule and each rule, until when it holds, or what breaks it. A finding about two schedules is in the
    verdicts of both."""
    found: defaultdict[tuple[str, Rule], list[Finding]] = defaultdict(list)
    for each in check(schedules, facts, since, until):
        found[each.schedule, each.rule].append(each)
        if each.beside is not None:
            found[each.beside, each.rule].append(each)
    return [
        Verdict(
            rule=rule,
            schedule=schedule.name,
            time_zone=schedule.time_zone,
            applies=rest.applies(rule, facts.limits, schedule.limits),
            holds_until=min((each.starts_at for each in found[schedule.name, rule]), default=until),
            findings=tuple(found[schedule.name, rule]),
        )
        for schedule in schedules
        for rule in Rule
    ]


def newly_broken(before: Iterable[Finding], after: Iterable[Finding]) -> list[Finding]:
    """What is broken afterwards and was not, or not for all of that time."""
    known: defaultdict[object, list[Finding]] = defaultdict(list)
    for each in before:
        known[each.rule, each.schedule, each.beside, each.people].append(each)
    return [
        each
        for each in after
        if not any(
            old.starts_at <= each.starts_at and each.ends_at <= old.ends_at
            for old in known[each.rule, each.schedule, each.beside, each.people]
        )
    ]


def _findings(schedules: Sequence[Schedule], facts: Facts, since: datetime, until: datetime) -> Iterator[Finding]:
    look = Look(since, until, rest.look_back(facts.limits, [each.limits for each in schedules]))
    rosters = {each.name: roster_of(each, facts, look) for each in schedules}
    for roster in rosters.values():
        yield from find_gaps(roster, look)
        yield from find_unreachable(roster, facts, look)
        yield from find_without_contact(roster, facts, look)
        yield from find_gone(roster, facts, look)
        yield from find_wrong_overrides(roster, facts, look)
        yield from find_on_leave(roster, facts, look)
    yield from find_doubles(rosters, facts.ladders, look)
    yield from find_two_places(rosters, facts.ladders, look)
    yield from rest.find_all(list(rosters.values()), facts, look)


def find_gaps(roster: Roster, look: Look) -> Iterator[Finding]:
    """Nobody is on call."""
    if roster.limits.gaps:
        return
    name = roster.schedule.name
    empty = [span for span, _ in spells(roster.shifts, lambda shift: None if shift.users else ())]
    for span in within(empty, look):
        yield _finding(
            Rule.GAP,
            roster,
            span,
            (),
            f"nobody is on call in {name} {when(span, look, roster.zone)}",
            f"Let somebody take it (tocsin override), let a layer cover it, or say in the schedule's limits that it "
            f"may have gaps: `limits: {{gaps: true}}` of {name}.",
        )


def find_unreachable(roster: Roster, facts: Facts, look: Look) -> Iterator[Finding]:
    """Somebody is on call, and none of them can be told."""

    def silent(shift: Shift) -> tuple[str, ...] | None:
        if not shift.users or any(_is_reachable(user, facts) for user in shift.users):
            return None
        return tuple(sorted(shift.users))

    found = list(spells(roster.shifts, silent))
    for spell, users in found:
        for span in within([spell], look):
            why = "; ".join(f"{user} {_hindrance(user, facts)}" for user in users)
            yield _finding(
                Rule.UNREACHABLE,
                roster,
                span,
                users,
                f"nobody on call in {roster.schedule.name} can be reached {when(span, look, roster.zone)}: {why}",
                "Give them a contact, or let somebody who can be reached take over.",
            )


def find_without_contact(roster: Roster, facts: Facts, look: Look) -> Iterator[Finding]:
    """A person on call who could not be told."""
    for user, spans in roster.people.items():
        known = facts.people.get(user)
        if known is None or known.is_disabled or known.has_contact:
            continue
        for span in within(spans, look):
            yield _finding(
                Rule.NO_CONTACT,
                roster,
                span,
                (user,),
                f"{user} is on call in {roster.schedule.name} {when(span, look, roster.zone)} "
                "and has no contact that works",
                f"Let {user} add one (tocsin contact add), or write it under `users` in the configuration.",
            )


def find_gone(roster: Roster, facts: Facts, look: Look) -> Iterator[Finding]:
    """A turn in a layer of a person who does not belong there."""
    strange = {user: why for user in roster.people if (why := _stranger(user, roster.schedule, facts)) is not None}
    if not strange:
        return
    turns = people_of(shift for shift in roster.shifts if shift.source is Source.LAYER)
    for user, why in strange.items():
        for span in within(turns.get(user, ()), look):
            yield _finding(
                Rule.GONE,
                roster,
                span,
                (user,),
                f"{user} {why} and is on call in {roster.schedule.name} {when(span, look, roster.zone)}",
                f"Take {user} out of the rotation, with the day they leave, or put them on the team.",
            )


def find_wrong_overrides(roster: Roster, facts: Facts, look: Look) -> Iterator[Finding]:
    """An override that is for somebody who does not belong there, or by somebody who has left."""
    schedule = roster.schedule
    for override in schedule.overrides:
        for span in within([Span(override.starts_at, override.ends_at)], look):
            why = _stranger(override.user, schedule, facts)
            author = override.created_by.removeprefix("@")
            if why is not None:
                said, people = f"for {override.user}, who {why}", (override.user,)
            elif override.created_by.startswith("@") and (gone := _gone(author, facts)) is not None:
                said, people = f"for {override.user} is by {author}, who {gone}", (override.user, author)
            else:
                continue
            yield _finding(
                Rule.OVERRIDE,
                roster,
                span,
                people,
                f"the override in {schedule.name} {when(span, look, roster.zone)} {'is ' if why else ''}{said}",
                "Remove it, or let somebody who is there make it again.",
            )


def find_on_leave(roster: Roster, facts: Facts, look: Look) -> Iterator[Finding]:
    """A person on call within their own leave."""
    for away in facts.leave:
        spans = roster.people.get(away.user)
        for span in within(common(spans, [Span(away.starts_at, away.ends_at)]), look) if spans else ():
            yield _finding(
                Rule.LEAVE,
                roster,
                span,
                (away.user,),
                f"{away.user} is on leave and on call in {roster.schedule.name} {when(span, look, roster.zone)}",
                f"Let somebody take over (tocsin swap, tocsin override), or end the leave of {away.user}.",
            )


def find_doubles(rosters: Mapping[str, Roster], ladders: Iterable[Ladder], look: Look) -> Iterator[Finding]:
    """One person in two schedules that a policy names in different steps."""
    for (first, second), policies in paired(ladders).items():
        if first not in rosters or second not in rosters:
            continue
        roster = rosters[first]
        for user, span in _both(roster, rosters[second], look):
            yield _finding(
                Rule.DOUBLE,
                roster,
                span,
                (user,),
                f"{user} is on call in {first} and in {second}, the next steps of {listed(policies)}, "
                f"{when(span, look, roster.zone)}",
                f"Let somebody else take {second} for that time, or shift one of the rotations.",
                beside=second,
            )


def find_two_places(rosters: Mapping[str, Roster], ladders: Iterable[Ladder], look: Look) -> Iterator[Finding]:
    """One person whom different policies call first in two schedules."""
    ladders = list(ladders)
    doubles = {frozenset(pair) for pair in paired(ladders)}
    first_of = _called_first(ladders)
    for one, other in combinations(sorted(first_of.keys() & rosters.keys()), 2):
        is_one_place = len(first_of[one] | first_of[other]) == 1
        if is_one_place or frozenset((one, other)) in doubles:
            continue
        roster = rosters[one]
        for user, span in _both(roster, rosters[other], look):
            yield _finding(
                Rule.TWO_PLACES,
                roster,
                span,
                (user,),
                f"{user} is called first in {one} and in {other} {when(span, look, roster.zone)}",
                f"Let somebody else take {other} for that time: one person cannot lead two incidents.",
                beside=other,
            )


def paired(ladders: Iterable[Ladder]) -> dict[tuple[str, str], list[str]]:
    """The schedules that a policy names in different steps, earlier and later, with those policies."""
    found: dict[tuple[str, str], list[str]] = {}
    for ladder in ladders:
        for earlier, later in combinations(ladder.steps, 2):
            for pair in dict.fromkeys((one, other) for one in earlier for other in later if one != other):
                if (pair[1], pair[0]) in found:
                    pair = (pair[1], pair[0])
                policies = found.setdefault(pair, [])
                if ladder.policy not in policies:
                    policies.append(ladder.policy)
    return found


def _called_first(ladders: Iterable[Ladder]) -> dict[str, set[str]]:
    """The schedules in the first step of a policy that names any, with those policies."""
    found: dict[str, set[str]] = {}
    for ladder in ladders:
        for name in next((step for step in ladder.steps if step), ()):
            found.setdefault(name, set()).add(ladder.policy)
    return found


def _both(one: Roster, other: Roster, look: Look) -> Iterator[tuple[str, Span]]:
    for user in one.people.keys() & other.people.keys():
        for span in within(common(one.people[user], other.people[user]), look):
            yield user, span


def _is_reachable(user: str, facts: Facts) -> bool:
    known = facts.people.get(user)
    return known is not None and not known.is_disabled and known.has_contact


def _hindrance(user: str, facts: Facts) -> str:
    return _gone(user, facts) or "has no contact that works"


def _gone(user: str, facts: Facts) -> str | None:
    """Why somebody is not there any more; None: they are."""
    known = facts.people.get(user)
    return "does not exist" if known is None else "has left" if known.is_disabled else None


def _stranger(user: str, schedule: Schedule, facts: Facts) -> str | None:
    """Why somebody does not belong to a schedule; None: they do. A schedule without a team is open to everybody."""
    team = facts.teams.get(schedule.team or "")
    outside = f"is not on the team {schedule.team}" if team is not None and user not in team else None
    return _gone(user, facts) or outside


def _finding(
    rule: Rule,
    roster: Roster,
    span: Span,
    people: tuple[str, ...],
    sentence: str,
    remedy: str,
    *,
    beside: str | None = None,
) -> Finding:
    return Finding(
        rule=rule,
        schedule=roster.schedule.name,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        people=people,
        sentence=sentence,
        remedy=remedy,
        beside=beside,
        time_zone=roster.schedule.time_zone,
    )
