"""What happened in the demo's past, from a seed: the same seed, end and length tell the same tales. Pure.

There are more incidents in working hours and after releases, fewer at weekends, and now and then a storm: something
that many services depend on fails, and they fail with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from msgspec import Struct

from tocsin.catalog.profiles import active
from tocsin.demo.causes import AFTER_RELEASES, CAUSES, Cause
from tocsin.demo.organisation import LEVELS, PROFILE, TEAMS, DemoService
from tocsin.incidents.model import DetectionSource

A_YEAR = 365
INCIDENTS_A_YEAR = 600
QUIET = timedelta(hours=8)
"""Before its end the past holds still, so that everything of it is over."""

STORM_EVERY = 45
"""Days."""

MINUTE = timedelta(minutes=1)

TOP = LEVELS[:2]
BY_TIER = {1: (4, 16, 45, 35), 2: (2, 12, 46, 40), 3: (0, 5, 45, 50), 4: (0, 2, 28, 70)}
"""How often each level, by how much the service matters."""

LASTS = {"SEV-1": 34, "SEV-2": 50, "SEV-3": 95, "SEV-4": 160}
"""Minutes until it is mitigated, in the middle."""

EVERY = {level.name: level.update_cadence for level in active(PROFILE).levels}
"""How long after an update the next one is due."""

LATE, FORGOTTEN = 0.08, 0.2
"""How often an update is late, and how often nobody thinks of a second one."""

BY_HOUR = (2, 2, 2, 2, 2, 2, 3, 5, 8, 11, 13, 13, 10, 12, 13, 12, 10, 7, 5, 5, 4, 4, 3, 3)
WEEKEND = 0.35


class Tale(Struct, frozen=True, kw_only=True):
    """One incident. Spans count from its declaration, `started` before it. `declined`: whoever is called first cannot.
    `updates`: when somebody wrote one. `is_reviewed`: a postmortem was published, `is_learnt`: and what follows from it
    was done. `is_noise`: there was nothing to do, say those who were called."""

    at: datetime
    service: DemoService
    severity: str
    cause: Cause
    source: DetectionSource
    started: timedelta
    acknowledged: timedelta
    mitigated: timedelta
    resolved: timedelta
    users_affected: str
    declined: bool
    is_drill: bool
    is_reviewed: bool
    is_learnt: bool
    is_noise: bool
    updates: tuple[timedelta, ...]

    @property
    def is_updated(self) -> bool:
        """People work on it together, and others wait to hear of it."""
        return bool(self.updates)

    @property
    def is_top(self) -> bool:
        """Of the two levels that are looked back upon."""
        return self.severity in TOP

    @property
    def title(self) -> str:
        return self.cause.title.format(service=self.service.name)


def tell(seed: int, ends: datetime, days: int) -> list[Tale]:
    """Oldest first, all of it over by `ends`."""
    dice = Random(seed)  # noqa: S311  a story, no secret
    wanted = max(1, round(INCIDENTS_A_YEAR * days / A_YEAR))
    services = [one for team in TEAMS for one in team.services]
    found = list(_storms(dice, services, ends, days))
    while len(found) < wanted:
        at = _moment(dice, ends, days)
        found.append(_tale(dice, at, _chosen(dice, services), _cause(dice, at)))
    return sorted(found[:wanted], key=lambda tale: tale.at)


def _moment(dice: Random, ends: datetime, days: int) -> datetime:
    """By hour and weekday, as likely as they are; whole seconds."""
    length = timedelta(days=days) - QUIET - timedelta(days=1)
    while True:
        at = ends - QUIET - length * dice.random()
        likely = BY_HOUR[at.hour] * (WEEKEND if at.weekday() >= 5 else 1)
        if dice.random() * max(BY_HOUR) < likely:
            return at.replace(microsecond=0)


def _storms(dice: Random, services: list[DemoService], ends: datetime, days: int) -> Iterator[Tale]:
    """Something fails, and within minutes what depends on it."""
    roots = [one for one in services if sum(one.name in other.depends_on for other in services) >= 2]
    for _ in range(days // STORM_EVERY):
        root, at = dice.choice(roots), _moment(dice, ends, days)
        cause = dice.choice(CAUSES)
        hit = [one for one in services if root.name in one.depends_on]
        yield _tale(dice, at, root, cause, severity="SEV-1")
        for one in hit:
            yield _tale(dice, at + dice.randint(1, 9) * MINUTE, one, CAUSES[6], severity="SEV-2")


def _chosen(dice: Random, services: list[DemoService]) -> DemoService:
    """What matters more breaks less often, but is used more."""
    return dice.choices(services, [5 if one.tier <= 2 else 3 for one in services])[0]


def _cause(dice: Random, at: datetime) -> Cause:
    in_working_hours = at.weekday() < 5 and 9 <= at.hour < 17
    return dice.choice(AFTER_RELEASES if in_working_hours and dice.random() < 0.4 else CAUSES)


def _tale(dice: Random, at: datetime, service: DemoService, cause: Cause, *, severity: str | None = None) -> Tale:
    level = severity or dice.choices(LEVELS, BY_TIER[service.tier])[0]
    is_night = not 7 <= at.hour < 22
    acknowledged = timedelta(seconds=round(dice.lognormvariate(0, 0.6) * (240 if is_night else 110)) + 20)
    mitigated = acknowledged + timedelta(seconds=round(dice.lognormvariate(0, 0.55) * LASTS[level] * 60) + 120)
    acknowledged = min(acknowledged, timedelta(minutes=25))
    mitigated = min(mitigated, timedelta(hours=5))
    resolved = mitigated + timedelta(minutes=dice.randint(16, 70))
    is_top = level in TOP
    return Tale(
        at=at,
        service=service,
        severity=level,
        cause=cause,
        source=_source(dice),
        started=timedelta(seconds=round(dice.lognormvariate(0, 0.7) * 200) + 15),
        acknowledged=acknowledged,
        mitigated=mitigated,
        resolved=resolved,
        users_affected=f"{dice.choice((30, 45, 60)) if level == 'SEV-1' else dice.choice((10, 15, 20))}%",
        declined=dice.random() < 0.04,
        is_drill=not is_top and dice.random() < 0.02,
        is_reviewed=is_top and dice.random() < 0.85,
        is_learnt=dice.random() < 0.7,
        is_noise=not is_top and dice.random() < 0.15,
        updates=tuple(_updates(dice, level, acknowledged, mitigated, resolved))
        if is_top or dice.random() < 0.12
        else (),
    )


def _updates(
    dice: Random, level: str, acknowledged: timedelta, mitigated: timedelta, resolved: timedelta
) -> Iterator[timedelta]:
    """Mostly each comes by the time that the one before has promised; now and then one is late, or the last."""
    every = EVERY[level]
    at = acknowledged + min(every, mitigated - acknowledged) * dice.uniform(0.4, 0.9)
    is_forgotten = dice.random() < FORGOTTEN
    while at < resolved:
        yield timedelta(seconds=round(at.total_seconds()))
        if is_forgotten:
            return
        at += every * (dice.uniform(1.1, 1.6) if dice.random() < LATE else dice.uniform(0.85, 0.99))


def _source(dice: Random) -> DetectionSource:
    sources = (
        (DetectionSource.MONITORING_ALERT, 70),
        (DetectionSource.CUSTOMER_REPORT, 10),
        (DetectionSource.TEAM_MEMBER, 9),
        (DetectionSource.HEALTH_CHECK, 6),
        (DetectionSource.DEPLOYMENT, 5),
    )
    return dice.choices([source for source, _ in sources], [often for _, often in sources])[0]
