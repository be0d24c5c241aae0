"""How often each guard rail fired, per team and month: which habits come back (PRV-3). Pure but for one read.

A finding belongs to the month in which it was raised, and to each team that owns a service of its incident. What a
viewer may not see does not count; neither do drills, and incidents that were merged into another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Viewer
from tocsin.catalog import service as catalog
from tocsin.incidents import findings
from tocsin.incidents.model import Broken, Watched
from tocsin.insights.months import last_months, month_name
from tocsin.insights.period import Period
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound
from tocsin.kernel.localtime import zone_of

USUAL_MONTHS = 6
NO_TEAM = "no team"


class Course(msgspec.Struct, frozen=True):
    """What fired each month, of a rule or of a team; `incidents`: how many incidents that were."""

    name: str
    counts: tuple[int, ...]
    incidents: int

    @property
    def total(self) -> int:
        return sum(self.counts)


class Fired(msgspec.Struct, frozen=True):
    """Once that a guard rail fired."""

    number: int
    title: str
    rule: str
    at: datetime
    text: str


class Trends(msgspec.Struct, frozen=True, kw_only=True):
    """`incidents` began in each of the `months`; courses have the most frequent first, `fired` the latest.

    `team` None: of all teams; then a finding counts in `teams` for each of its own. The last month is not over.
    """

    months: tuple[str, ...]
    team: str | None
    incidents: tuple[int, ...]
    total: Course
    rules: tuple[Course, ...]
    teams: tuple[Course, ...]
    fired: tuple[Fired, ...]


async def read_trends(conn: Conn, viewer: Viewer, months: int, team: str | None, now: datetime) -> Trends:
    """Of the incidents that the viewer may see. Raises Invalid for a number of months, NotFound for a team."""
    zone = zone_of((await catalog.organisation(conn)).time_zone)
    periods = last_months(months, now, zone)
    if team is not None and team not in {each.name for each in await accounts.list_teams(conn)}:
        raise NotFound(f"There is no team {team[:40]!r}.", "Leave it out to see all of them.", field="team")
    owners = {each.name: each.team for each in await catalog.list_services(conn)}
    watched = await findings.list_watched(conn, viewer.scopes, periods[0].since, periods[-1].until)
    return trends(watched, periods, owners, team)


def trends(
    watched: Sequence[Watched], periods: Sequence[Period], owners: Mapping[str, str | None], team: str | None = None
) -> Trends:
    """`owners` has the team of each service that is known."""
    counted = [each for each in watched if team is None or team in _teams_of(each, owners)]
    fired = [(incident, broken) for incident in counted for broken in incident.broken]
    teams = sorted({name for incident, _ in fired for name in _teams_of(incident, owners)})
    return Trends(
        months=tuple(month_name(each.first_day) for each in periods),
        team=team,
        incidents=_per_month(periods, (each.at for each in counted)),
        total=_course("all guard rails", fired, periods),
        rules=_ranked(
            _course(rule, [each for each in fired if each[1].rule == rule], periods)
            for rule in {broken.rule for _, broken in fired}
        ),
        teams=_ranked(
            _course(name, [each for each in fired if name in _teams_of(each[0], owners)], periods) for name in teams
        ),
        fired=tuple(
            Fired(incident.number, incident.title, broken.rule, broken.at, broken.text)
            for incident, broken in sorted(fired, key=lambda each: (each[1].at, each[0].number), reverse=True)
        ),
    )


def rule_words(rule: str) -> str:
    """`no-commander` as people say it."""
    return rule.replace("-", " ")


def _teams_of(incident: Watched, owners: Mapping[str, str | None]) -> tuple[str, ...]:
    named = dict.fromkeys(team for service in incident.services if (team := owners.get(service)))
    return tuple(named) or (NO_TEAM,)


def _course(name: str, fired: Sequence[tuple[Watched, Broken]], periods: Sequence[Period]) -> Course:
    counts = _per_month(periods, (broken.at for _, broken in fired))
    return Course(name, counts, len({incident.number for incident, _ in fired}))


def _per_month(periods: Sequence[Period], instants: Iterable[datetime]) -> tuple[int, ...]:
    known = list(instants)
    return tuple(sum(each.since <= at < each.until for at in known) for each in periods)


def _ranked(courses: Iterable[Course]) -> tuple[Course, ...]:
    return tuple(sorted(courses, key=lambda each: (-each.total, each.name)))
