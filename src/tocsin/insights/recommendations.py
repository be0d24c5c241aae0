"""Patterns in the incidents of some months, each with its evidence and what usually helps. Pure (MET-3).

A pattern is told from five incidents on, never from fewer, and only where it is the rule and not the exception. It
names systems and habits, never people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from statistics import median
from zoneinfo import ZoneInfo

from msgspec import Struct

from tocsin.catalog.working_time import DailyHours
from tocsin.incidents.measures import ACKNOWLEDGE, DETECT, MITIGATE, RESOLVE, definition
from tocsin.insights.drill import Drilled
from tocsin.insights.hours import night_of
from tocsin.insights.metric_charts import span_words
from tocsin.insights.metric_model import Reckoning

FEWEST = 5
TOGETHER = timedelta(minutes=30)

NIGHT_HANDOVERS, TOGETHER_FAILING, SAME_CAUSE, IDLE_ALERT = (
    "night-handovers",
    "failing-together",
    "same-cause",
    "alert-without-action",
)

WAYS: Mapping[str, tuple[str, ...]] = {
    DETECT: (
        "Alert on what users feel – errors and latency – before causes such as processor or memory.",
        "Add a synthetic check of the path that broke, and a heartbeat for what should run on time.",
        "Shorten the time that a rule waits before it fires, where it has not been noisy.",
    ),
    ACKNOWLEDGE: (
        "Look at the first step of the ladder: whom it calls, by which channel, and how long it waits for the next.",
        "Have everybody on call test that a page reaches them at night.",
        "Put a second person on call for services that page often.",
    ),
    MITIGATE: (
        "Write down the way back beforehand: a roll-back, a switch, a failover that one person can do.",
        "Put the first things to look at into the runbook, and link it from the alert.",
        "Practise the mitigation on a game day.",
    ),
    RESOLVE: (
        "Automate the checks that say that it works again.",
        "Ask in the review which wait was longest: for people, for access, for a deployment.",
        "Deploy smaller changes, which are easier to take back.",
    ),
    NIGHT_HANDOVERS: (
        "Move the hours at which shifts change to the day.",
        "Hand command on with a brief before the one who has it is tired, and overlap for a quarter of an hour.",
        "Follow the sun where there are people in another zone.",
    ),
    TOGETHER_FAILING: (
        "Say in the catalogue that one depends on the other, so that their alerts become one incident.",
        "Put time-outs, limits and a fallback between them.",
        "Ask what they share: a database, a queue, a certificate, a network.",
    ),
    SAME_CAUSE: (
        "Give the action items of the earlier incidents an owner and a date before new ones are written.",
        "Find the check that would have stopped it, and run it before each change.",
        "Review these incidents together instead of one by one.",
    ),
    IDLE_ALERT: (
        "Take the alert off paging: a ticket or a dashboard is enough.",
        "Raise its threshold, or let it wait until somebody has to act.",
        "Delete it, if nobody would miss it.",
    ),
}
"""What usually improves it, by measure or pattern."""


class Episode(Struct, frozen=True, kw_only=True):
    """An incident with what patterns are looked for in. `alert` is the name of the alert that began it, empty: none.

    `handovers`: when command passed from one to another. `actionable` of `judged` pages: whether there was something
    to do, as people said (ALR-9).
    """

    incident: Drilled
    alert: str = ""
    handovers: tuple[datetime, ...] = ()
    actionable: int = 0
    judged: int = 0


class Recommendation(Struct, frozen=True, kw_only=True):
    """`evidence`: the numbers of the incidents it is told from. `about` is what it concerns: a service, a cause, an
    alert; empty: the work as a whole."""

    pattern: str
    about: str
    finding: str
    evidence: tuple[int, ...]
    ways: tuple[str, ...]


class Rules(Struct, frozen=True, kw_only=True):
    """By what is judged: the targets of the severity profile, and which hours are night, in the organisation's zone."""

    reckoning: Reckoning
    night: DailyHours
    zone: ZoneInfo


def recommend(episodes: Sequence[Episode], rules: Rules) -> tuple[Recommendation, ...]:
    """What stands out, that of most incidents first."""
    found = [
        *(each for measure in (DETECT, ACKNOWLEDGE, MITIGATE, RESOLVE) for each in _slow(episodes, measure, rules)),
        *_handovers_at_night(episodes, rules),
        *_failing_together(episodes),
        *_same_cause(episodes),
        *_idle_alerts(episodes),
    ]
    return tuple(sorted(found, key=lambda each: (-len(each.evidence), each.pattern, each.about)))


def _slow(episodes: Sequence[Episode], measure: str, rules: Rules) -> Iterator[Recommendation]:
    """Services of whose incidents more than half took longer than their level allows."""
    reckoning = rules.reckoning
    name = definition(measure, reckoning.mttr_from).name
    for service, own in _by(episodes, lambda each: each.incident.services):
        timed = [
            (each, took.total_seconds(), target)
            for each in own
            if (took := getattr(each.incident.took(reckoning.mttr_from), measure)) is not None
            and (target := reckoning.targets.get(each.incident.severity or "", {}).get(measure)) is not None
        ]
        over = [each for each, took, target in timed if took > target]
        if len(over) >= FEWEST and 2 * len(over) > len(timed):
            middle = span_words(median(took for _, took, _ in timed))
            said = f"{name} of {service} is over its target in {len(over)} of {len(timed)} incidents; median {middle}."
            yield _told(measure, service, said, over)


def _handovers_at_night(episodes: Sequence[Episode], rules: Rules) -> Iterator[Recommendation]:
    own = [each for each in episodes if any(night_of(at, rules.zone, rules.night) is not None for at in each.handovers)]
    if len(own) >= FEWEST:
        said = f"Command was handed over at night ({rules.night.words}) in {len(own)} incidents."
        yield _told(NIGHT_HANDOVERS, "", said, own)


def _failing_together(episodes: Sequence[Episode]) -> Iterator[Recommendation]:
    """Two services that broke in one incident, or in two within half an hour, at least half of the times that the one
    that breaks less often broke at all."""
    times = {service: len(own) for service, own in _by(episodes, lambda each: each.incident.services)}
    pairs: dict[tuple[str, str], dict[int, Episode]] = defaultdict(dict)
    for pair, episode in _meetings(sorted(episodes, key=lambda each: (each.incident.at, each.incident.number))):
        pairs[pair][episode.incident.number] = episode
    for (one, other), own in sorted(pairs.items()):
        rarer = min(times[one], times[other])
        touching = [each for each in own.values() if {one, other} <= set(each.incident.services)]
        if len(own) >= FEWEST and 2 * len(own) >= rarer:
            said = f"{one} and {other} fail together: {len(own)} incidents, {len(touching)} of them of both at once."
            yield _told(TOGETHER_FAILING, f"{one} and {other}", said, own.values())


def _meetings(ordered: Sequence[Episode]) -> Iterator[tuple[tuple[str, str], Episode]]:
    """Each pair of services with each incident that speaks for it."""
    for place, first in enumerate(ordered):
        for pair in combinations(sorted(first.incident.services), 2):
            yield pair, first
        for second in ordered[place + 1 :]:
            if second.incident.at - first.incident.at > TOGETHER:
                break
            for one in first.incident.services:
                for other in second.incident.services:
                    if one != other:
                        pair = (min(one, other), max(one, other))
                        yield pair, first
                        yield pair, second


def _same_cause(episodes: Sequence[Episode]) -> Iterator[Recommendation]:
    """A cause that more than a third of a service's incidents with a known cause have."""
    for service, own in _by(episodes, lambda each: each.incident.services):
        named = [each for each in own if each.incident.cause]
        for cause, same in _by(named, lambda each: (each.incident.cause or "",)):
            if len(same) >= FEWEST and 3 * len(same) > len(named):
                said = (
                    f"{cause} is the cause of {len(same)} of {len(named)} incidents of {service} whose cause is known."
                )
                yield _told(SAME_CAUSE, f"{cause}, {service}", said, same)


def _idle_alerts(episodes: Sequence[Episode]) -> Iterator[Recommendation]:
    """Alerts of whose pages people said again and again that there was nothing to do, and never otherwise."""
    judged = [each for each in episodes if each.alert and each.judged]
    for alert, own in _by(judged, lambda each: (each.alert,)):
        if len(own) >= FEWEST and not any(each.actionable for each in own):
            said = f"{alert} paged in {len(own)} incidents, and each time people said that there was nothing to do."
            yield _told(IDLE_ALERT, alert, said, own)


def _by(episodes: Iterable[Episode], names: Callable[[Episode], Iterable[str]]) -> list[tuple[str, list[Episode]]]:
    found: dict[str, list[Episode]] = {}
    for each in episodes:
        for name in names(each):
            found.setdefault(name, []).append(each)
    return sorted(found.items())


def _told(pattern: str, about: str, finding: str, episodes: Iterable[Episode]) -> Recommendation:
    evidence = tuple(sorted(each.incident.number for each in episodes))
    return Recommendation(pattern=pattern, about=about, finding=finding, evidence=evidence, ways=WAYS[pattern])
