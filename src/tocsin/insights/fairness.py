"""How evenly the work of being on call is shared, and which turns to pass on to share it better. Pure (ONC-7).

What is uneven is what would have to change hands for all to be alike: the sum of what people have above the mean. A
proposal moves whole turns that the rotation has given out: one turn to somebody else, or two turns exchanged. It moves
no override – somebody has asked for each, and swaps were agreed –, gives nobody a turn while they are away or on call
already, and never makes more days in a row than are allowed. Each step is the best one there is, so the same facts give
the same steps; it ends when no step is worth it, or after `MOST_STEPS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import combinations
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from tocsin.insights.hours import join_duties
from tocsin.insights.load import Facts, figures_of, records_of
from tocsin.insights.model import Duty, Figures, Measures, Pass, Proposal, Records, Step
from tocsin.kernel.localtime import instant_of, reached, zone_of
from tocsin.oncall import rotation
from tocsin.oncall.model import Layer, Rotation, Schedule, Source
from tocsin.oncall.turns import turn_at

MOST_STEPS = 12
MOST_TURNS = 60
"""Of a schedule, the first so many turns are considered."""
WORTH = 0.02
"""A step must better the sum of all measures, each as a share of its mean, by this much."""
MOST_TRIES = 8
"""So many steps are tried for one that is sound."""
HOUR = timedelta(hours=1)


class Interval(NamedTuple):
    """[starts_at, ends_at)."""

    starts_at: datetime
    ends_at: datetime

    def meets(self, other: Interval) -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


class Turn(Struct, frozen=True, kw_only=True):
    """A shift that is to come and may be passed on, and those who could hold it instead."""

    schedule: str
    user: str
    starts_at: datetime
    ends_at: datetime
    others: tuple[str, ...]

    @property
    def span(self) -> Interval:
        return Interval(self.starts_at, self.ends_at)


IsSound = Callable[[Sequence[Pass]], bool]
"""Whether the schedule keeps what it promises with these turns passed on."""
Worth = Callable[[str, datetime, datetime], Measures]
"""What somebody has of each measure when on call from one instant to another."""


class Rules(Struct, frozen=True, kw_only=True):
    """`away` are the times at which people cannot be on call; `days_in_a_row` None: there is no limit."""

    away: Mapping[str, Sequence[Interval]]
    enabled: frozenset[str]
    days_in_a_row: int | None


def people_of(schedule: Schedule, enabled: frozenset[str]) -> tuple[str, ...]:
    """Those among whom a schedule's turns are shared."""
    named = {user for layer in schedule.layers if not layer.shadow for turn in layer.users for user in turn}
    return tuple(sorted(named & enabled))


def propose(
    schedule: Schedule,
    facts: Facts,
    rules: Rules,
    now: datetime,
    until: datetime,
    is_sound: IsSound = lambda passes: True,
) -> Proposal:
    """The steps for one schedule within [now, until). `facts` has all that its people do, in other schedules too.

    `is_sound` is asked of all passes so far and the next ones: False, and the next best step is tried.
    """
    people = people_of(schedule, rules.enabled)
    duties = list(facts.duties)
    turns = list_turns(schedule, rules.enabled, now, until)
    shares = first = shares_of(facts, people, now, until)
    worth = _valuing(facts, schedule.name)
    steps: list[Step] = []
    while len(steps) < MOST_STEPS:
        so_far = tuple(each for step in steps for each in step.passes)
        ranked = _ranked(turns, duties, shares, worth, rules)
        best = next((passes for passes in ranked[:MOST_TRIES] if is_sound((*so_far, *passes))), None)
        if best is None:
            break
        gone = {Interval(each.starts_at, each.ends_at) for each in best}
        turns = [turn for turn in turns if turn.span not in gone]  # a turn is passed on once
        duties = passed_on(duties, schedule.name, best)
        exact = shares_of(structs.replace(facts, duties=duties), people, now, until)
        if _score(exact.values()) > _score(shares.values()) - WORTH / 2:
            break  # hours that meet others of the same person count less than they were taken for
        shares = exact
        steps.append(Step(passes=best, uneven=uneven(shares.values())))
    return Proposal(
        schedule=schedule.name, before=first, after=shares, uneven=uneven(first.values()), steps=tuple(steps)
    )


def list_turns(schedule: Schedule, enabled: frozenset[str], now: datetime, until: datetime) -> list[Turn]:
    """What the rotation gives to one person and is whole within (now, until), at most the first `MOST_TURNS`.

    Turns in a row of one person are turns of their own, cut at the hand-overs.
    """
    layers = {layer.name: layer for layer in schedule.layers}
    found: list[Turn] = []
    for shift in rotation.shifts(schedule, now, until):
        layer = layers.get(shift.layer or "")
        if shift.source is not Source.LAYER or layer is None or len(shift.users) != 1:
            continue
        zone = zone_of(layer.time_zone or schedule.time_zone)
        for span in _cut_at_handovers(Interval(shift.starts_at, shift.ends_at), layer, zone):
            if now < span.starts_at and span.ends_at < until:
                others = tuple(sorted(_members(layer, span, zone) & enabled - set(shift.users)))
                found.append(
                    Turn(
                        schedule=schedule.name,
                        user=shift.users[0],
                        starts_at=span.starts_at,
                        ends_at=span.ends_at,
                        others=others,
                    )
                )
    return found[:MOST_TURNS]


def _cut_at_handovers(span: Interval, layer: Layer, zone: ZoneInfo) -> Iterator[Interval]:
    at = span.starts_at
    while at < span.ends_at:
        ends = None if layer.rotation is Rotation.CALENDAR else turn_at(layer, reached(at, zone)).ends
        end = min(instant_of(ends, zone), span.ends_at) if ends is not None else span.ends_at
        yield Interval(at, end)
        at = end if end > at else span.ends_at


def shares_of(facts: Facts, people: Iterable[str], since: datetime, until: datetime) -> dict[str, Measures]:
    """What each of these people has of each measure within a time."""
    records = records_of(facts, since, until, since)
    return {user: _measures(figures_of(records.get(user, Records()))) for user in people}


def uneven(shares: Iterable[Measures]) -> Measures:
    """Of each measure, what would have to change hands for everybody to have the mean."""
    rows = list(shares)
    means = mean(rows)
    return Measures(
        *(sum(max(0.0, row[place] - means[place]) for row in rows) for place in range(len(Measures._fields)))
    )


def mean(shares: Sequence[Measures]) -> Measures:
    """Each measure divided by the number of people; of nobody it is nothing."""
    if not shares:
        return Measures(0, 0, 0, 0)
    return Measures(*(sum(column) / len(shares) for column in zip(*shares, strict=True)))


def _ranked(
    turns: Sequence[Turn], duties: Sequence[Duty], shares: Mapping[str, Measures], worth: Worth, rules: Rules
) -> list[tuple[Pass, ...]]:
    """The steps that are worth it, those that leave least uneven first; of equal ones fewer passes, then earlier."""
    held = _by_person(duties)
    free = [turn for turn in turns if _is_alone(turn, held) and turn.user in shares]
    bearable = _score(shares.values()) - WORTH
    found: list[tuple[float, int, int, tuple[Pass, ...]]] = []
    for number, passes in enumerate(_candidates(free)):
        changed = dict(shares)
        for each in passes:
            changed[each.giver] = changed[each.giver].less(worth(each.giver, each.starts_at, each.ends_at))
            changed[each.taker] = changed[each.taker].plus(worth(each.taker, each.starts_at, each.ends_at))
        score = _score(changed.values())
        if score < bearable and _is_allowed(passes, held, rules):
            found.append((round(score, 9), len(passes), number, passes))
    return [passes for *_, passes in sorted(found, key=lambda each: each[:3])]


def _candidates(turns: Sequence[Turn]) -> Iterator[tuple[Pass, ...]]:
    for turn in turns:
        for taker in turn.others:
            yield (_pass(turn, taker),)
    for one, other in combinations(turns, 2):
        if one.user in other.others and other.user in one.others:
            yield _pass(one, other.user), _pass(other, one.user)


def _pass(turn: Turn, taker: str) -> Pass:
    return Pass(starts_at=turn.starts_at, ends_at=turn.ends_at, giver=turn.user, taker=taker)


def _is_allowed(passes: Sequence[Pass], held: Mapping[str, Sequence[Interval]], rules: Rules) -> bool:
    """Whether everybody who takes something can: not away, not on call already, not too long in a row."""
    for each in passes:
        span = Interval(each.starts_at, each.ends_at)
        given = [Interval(other.starts_at, other.ends_at) for other in passes if other.giver == each.taker]
        kept = _less(held.get(each.taker, ()), given)
        if any(span.meets(other) for other in (*kept, *rules.away.get(each.taker, ()))):
            return False
        if rules.days_in_a_row is not None and _run_around(span, kept) > timedelta(days=rules.days_in_a_row) + HOUR:
            return False  # the hour is that of a week in which clocks go back
    return True


def _less(held: Iterable[Interval], given: Iterable[Interval]) -> list[Interval]:
    """What is left of times when others are taken out of them."""
    left = list(held)
    for away in given:
        left = [
            part
            for own in left
            for part in (
                (Interval(own.starts_at, away.starts_at), Interval(away.ends_at, own.ends_at))
                if own.meets(away)
                else (own,)
            )
            if part.starts_at < part.ends_at
        ]
    return left


def _run_around(span: Interval, kept: Sequence[Interval]) -> timedelta:
    """How long without a break somebody would be on call with this span among their own."""
    begins, ends = span
    for own in sorted(kept, reverse=True):
        begins = own.starts_at if own.ends_at == begins else begins
    for own in sorted(kept):
        ends = own.ends_at if own.starts_at == ends else ends
    return ends - begins


def _is_alone(turn: Turn, held: Mapping[str, Sequence[Interval]]) -> bool:
    """Whether the holder is on call nowhere else at the time, so that the turn's hours are theirs to give."""
    return sum(1 for own in held.get(turn.user, ()) if own.meets(turn.span)) == 1


def passed_on(duties: Iterable[Duty], schedule: str, passes: Sequence[Pass]) -> list[Duty]:
    """Who is on call when these turns of a schedule have been passed on."""
    changed = [
        Duty(user=each.taker, schedule=schedule, starts_at=each.starts_at, ends_at=each.ends_at) for each in passes
    ]
    for duty in duties:
        given = [
            Interval(each.starts_at, each.ends_at)
            for each in passes
            if duty.schedule == schedule and duty.user == each.giver
        ]
        left = _less([Interval(duty.starts_at, duty.ends_at)], given)
        changed += (structs.replace(duty, starts_at=part.starts_at, ends_at=part.ends_at) for part in left)
    return join_duties(changed)


def _valuing(facts: Facts, schedule: str) -> Worth:
    """What a time is worth to somebody: its night is theirs, by their own clock."""

    @cache
    def worth(user: str, starts_at: datetime, ends_at: datetime) -> Measures:
        duty = Duty(user=user, schedule=schedule, starts_at=starts_at, ends_at=ends_at)
        alone = structs.replace(facts, duties=[duty], calls=())
        return _measures(figures_of(records_of(alone, starts_at, ends_at, starts_at)[user]))

    return worth


def _by_person(duties: Iterable[Duty]) -> dict[str, list[Interval]]:
    found: dict[str, list[Interval]] = {}
    for duty in duties:
        found.setdefault(duty.user, []).append(Interval(duty.starts_at, duty.ends_at))
    return found


def _members(layer: Layer, span: Interval, zone: ZoneInfo) -> set[str]:
    """Those of a layer's rotation who take part in it during all of a time."""
    absent = {
        member.user
        for member in layer.members
        if (member.since is not None and instant_of(member.since, zone) > span.starts_at)
        or (member.until is not None and instant_of(member.until, zone) < span.ends_at)
    }
    return {user for turn in layer.users for user in turn} - absent


def _measures(figures: Figures) -> Measures:
    return Measures(
        figures.hours / HOUR, float(figures.nights), figures.weekend_hours / HOUR, figures.holiday_hours / HOUR
    )


def _score(shares: Iterable[Measures]) -> float:
    """What is uneven of all measures, each as a share of its mean, so that a night and an hour can be compared."""
    score = 0.0
    for column in zip(*shares, strict=True):
        mean_of_all = sum(column) / len(column)
        if mean_of_all > 0:
            score += sum(part - mean_of_all for part in column if part > mean_of_all) / mean_of_all
    return score
