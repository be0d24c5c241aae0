"""The figures of incidents, reckoned from cases one by one. Pure (MET-1).

`metric_store` has PostgreSQL reckon the same for a big history; a test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from tocsin.incidents.instants import WORDS
from tocsin.incidents.measures import Definition, Instants
from tocsin.insights.metric_definitions import (
    ACTIONS,
    BETWEEN,
    DEFINITIONS,
    FREQUENCY,
    INCIDENTS,
    NIGHT_PAGES,
    NOISE,
    PAGES,
    POSTMORTEMS,
    TIMES,
    UPDATES,
    definition,
)
from tocsin.insights.metric_groups import keys_of
from tocsin.insights.metric_model import (
    CALENDAR,
    SERIES,
    Case,
    Counted,
    Dimension,
    Key,
    Lack,
    Place,
    Question,
    Reckoning,
    Tally,
)
from tocsin.kernel.localtime import zone_of

WEEK = timedelta(days=7)
NOT_DECIDED = "need none, or are not due"
NO_ACTIONS = "have no action item that is done or due"
NO_PROMISE = "have no update that names the next"
NOBODY_PAGED = "paged nobody"
NOT_MARKED = "have no page that was marked"
NO_START = "have no known start, or no service"


class PageCounts(NamedTuple):
    """Of one group: its cases, those of them that paged somebody, those with a page that was marked (ALR-9); their
    pages, the people who got one, and of the pages those at night, those marked, those marked not actionable."""

    cases: int
    paged: int
    with_mark: int
    pages: int
    people: int
    at_night: int
    marked: int
    for_nothing: int


def measures_of(by: Collection[Dimension]) -> tuple[str, ...]:
    """What can be said of such groups: a time between two incidents lies in no one week or hour, and a frequency in no
    one week."""
    left_out = ({BETWEEN} if CALENDAR & set(by) else set[str]()) | ({FREQUENCY} if SERIES & set(by) else set[str]())
    return tuple(measure for measure in DEFINITIONS if measure not in left_out)


def lack_words(said: Definition) -> tuple[str, str, str]:
    """Why a time cannot be said: its first instant is missing, its second, or they contradict each other."""
    return (
        f"lack the time: {WORDS[said.from_]}",
        f"lack the time: {WORDS[said.to]}",
        f"have {WORDS[said.to]} before {WORDS[said.from_]}",
    )


def select(cases: Iterable[Case], question: Question, scopes: Collection[int] | None = None) -> list[Case]:
    """The cases that count for somebody who sees these scopes, None: all. Drills never do, and what was merged counts
    as the incident that it went to."""
    since, until, services = question.since, question.until, set(question.services)
    return [
        case
        for case in cases
        if since <= case.at < until
        and not case.is_drill
        and not case.is_merged
        and (scopes is None or case.scope_id in scopes)
        and (not services or any(place.service in services for place in case.places))
    ]


def count(cases: Sequence[Case], question: Question, reckoning: Reckoning) -> Counted:
    """Every measure of every group of these selected cases."""
    groups = _grouped(cases, question, reckoning) if question.by else {(): cases}
    wanted = measures_of(question.by)
    tallies = (each for key, members in groups.items() for each in _tallies(key, members, question, reckoning))
    return Counted(
        len(cases),
        sum(map(len, groups.values())) - len(cases),
        tuple(each for each in tallies if each.measure in wanted),
    )


def _grouped(
    cases: Sequence[Case], question: Question, reckoning: Reckoning
) -> Mapping[tuple[Key, ...], Sequence[Case]]:
    zone = zone_of(reckoning.zone)
    groups: dict[tuple[Key, ...], list[Case]] = {}
    for case in cases:
        for key in keys_of(case, question.by, zone, question.services):
            groups.setdefault(key, []).append(case)
    return groups


def percentile(ordered: Sequence[float], share: float) -> float:
    """Of values in order, between two of them in proportion, as PostgreSQL's percentile_cont; at least one is given."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _tallies(
    group: tuple[Key, ...], cases: Sequence[Case], question: Question, reckoning: Reckoning
) -> Iterator[Tally]:
    for measure in TIMES:
        yield _time(measure, group, cases, reckoning)
    yield _between(group, cases, question)
    yield Tally(measure=INCIDENTS, group=group, n=len(cases), value=len(cases))
    weeks = (question.until - question.since) / WEEK
    yield Tally(measure=FREQUENCY, group=group, n=len(cases), value=len(cases) / weeks)
    decided = [case.in_time for case in cases if case.in_time is not None]
    yield share(POSTMORTEMS, group, len(decided), sum(decided), len(decided), len(cases) - len(decided), NOT_DECIDED)
    agreed = [case for case in cases if case.agreed]
    done, all_of_them = sum(case.done for case in agreed), sum(case.agreed for case in agreed)
    yield share(ACTIONS, group, len(agreed), done, all_of_them, len(cases) - len(agreed), NO_ACTIONS)
    promised = [case for case in cases if case.promised]
    kept, named = sum(case.kept for case in promised), sum(case.promised for case in promised)
    yield share(UPDATES, group, len(promised), kept, named, len(cases) - len(promised), NO_PROMISE)
    yield from _pages(group, cases)


def _time(measure: str, group: tuple[Key, ...], cases: Sequence[Case], reckoning: Reckoning) -> Tally:
    """One loop over all cases, since a file of a hundred thousand is to be reckoned while somebody waits."""
    said = definition(measure, reckoning.mttr_from)
    first, second = Instants._fields.index(said.from_), Instants._fields.index(said.to)
    goals = {level: each[measure] for level, each in reckoning.targets.items() if measure in each}
    values: list[float] = []
    judged: list[bool] = []
    lacking = [0, 0, 0]
    for case in cases:
        earlier, later = case.instants[first], case.instants[second]
        if earlier is None or later is None or later < earlier:
            lacking[0 if earlier is None else 1 if later is None else 2] += 1
            continue
        seconds = (later - earlier).total_seconds()
        values.append(seconds)
        if case.severity in goals:
            judged.append(seconds <= goals[case.severity])
    lacks = tuple(Lack(words, n) for words, n in zip(lack_words(said), lacking, strict=True) if n)
    return summed_up(measure, group, values, lacks, in_target=sum(judged), with_target=len(judged))


def summed_up(
    measure: str,
    group: tuple[Key, ...],
    values: Iterable[float],
    lacks: tuple[Lack, ...],
    *,
    in_target: int = 0,
    with_target: int = 0,
) -> Tally:
    """Mean, median and 90th percentile of these seconds."""
    ordered = sorted(values)
    return Tally(
        measure=measure,
        group=group,
        n=len(ordered),
        lacks=lacks,
        value=sum(ordered) / len(ordered) if ordered else None,
        median=percentile(ordered, 0.5) if ordered else None,
        p90=percentile(ordered, 0.9) if ordered else None,
        in_target=in_target,
        with_target=with_target,
    )


def _between(group: tuple[Key, ...], cases: Sequence[Case], question: Question) -> Tally:
    starts: dict[str, list[datetime]] = {}
    touched: dict[tuple[Place, ...], list[str]] = {}
    lacking = 0
    for case in cases:
        started, places = case.instants.started_at, case.places
        if places not in touched:
            touched[places] = _services_of(places, group, question)
        if started is None or not touched[places]:
            lacking += 1
            continue
        for service in touched[places]:
            starts.setdefault(service, []).append(started)
    gaps = [(after - before).total_seconds() for each in starts.values() for before, after in pairwise(sorted(each))]
    return summed_up(BETWEEN, group, gaps, (Lack(NO_START, lacking),) if lacking else ())


def _services_of(places: Iterable[Place], group: tuple[Key, ...], question: Question) -> list[str]:
    """Which of them belong to the group."""
    of_group = dict(zip(question.by, group, strict=True))
    return [
        place.service
        for place in places
        if place.service
        and (not question.services or place.service in question.services)
        and of_group.get(Dimension.SERVICE, place.service) == place.service
        and of_group.get(Dimension.TEAM, place.team) == place.team
    ]


def share(measure: str, group: tuple[Key, ...], n: int, part: int, whole: int, left_out: int, why: str) -> Tally:
    """`part` of `whole` in percent, of `n` incidents."""
    return Tally(
        measure=measure,
        group=group,
        n=n,
        lacks=(Lack(why, left_out),) if left_out else (),
        value=100 * part / whole if whole else None,
    )


def _pages(group: tuple[Key, ...], cases: Sequence[Case]) -> Iterator[Tally]:
    paged = [case for case in cases if case.calls]
    calls = [call for case in paged for call in case.calls]
    marked = [call for call in calls if call.actionable is not None]
    yield from page_tallies(
        group,
        PageCounts(
            cases=len(cases),
            paged=len(paged),
            pages=len(calls),
            people=len({call.user for call in calls}),
            at_night=sum(call.at_night for call in calls),
            with_mark=sum(any(call.actionable is not None for call in case.calls) for case in paged),
            marked=len(marked),
            for_nothing=sum(not call.actionable for call in marked),
        ),
    )


def page_tallies(group: tuple[Key, ...], counts: PageCounts) -> Iterator[Tally]:
    nobody = counts.cases - counts.paged
    lacks = (Lack(NOBODY_PAGED, nobody),) if nobody else ()
    each = counts.pages / counts.people if counts.people else None
    yield Tally(measure=PAGES, group=group, n=counts.paged, lacks=lacks, value=each)
    at_night = float(counts.at_night) if counts.paged else None
    yield Tally(measure=NIGHT_PAGES, group=group, n=counts.paged, lacks=lacks, value=at_night)
    unmarked = counts.cases - counts.with_mark
    yield share(NOISE, group, counts.with_mark, counts.for_nothing, counts.marked, unmarked, NOT_MARKED)
