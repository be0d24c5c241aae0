"""What an insight is asked about – months, a level, a service or a team – and the metrics that answer it."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from tocsin.accounts import service as accounts
from tocsin.accounts.model import Viewer
from tocsin.catalog import service as catalog
from tocsin.catalog.severity import Profile
from tocsin.incidents.classifying import find_level
from tocsin.insights.metric_model import Dimension, Figure, Metrics, Question
from tocsin.insights.metrics import metrics
from tocsin.insights.months import last_months, month_name
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.kernel.localtime import zone_of

USUAL_MONTHS = 6


class Asked(Struct, frozen=True, kw_only=True):
    """As it was asked; empty: of all."""

    months: int = USUAL_MONTHS
    severity: str = ""
    service: str = ""
    team: str = ""


class Scene(Struct, frozen=True, kw_only=True):
    """What the answers have in common: the whole time as a question, its months by name, and what may be chosen."""

    asked: Asked
    question: Question
    months: tuple[str, ...]
    profile: Profile
    services: tuple[str, ...]
    teams: tuple[str, ...]


async def set_scene(conn: Conn, asked: Asked, now: datetime) -> Scene:
    """Raises Invalid for months out of range and a team with a service that is not its own, NotFound for a level, a
    service or a team that there is not."""
    periods = last_months(asked.months, now, zone_of((await catalog.organisation(conn)).time_zone))
    profile = await catalog.severity_profile(conn)
    owners = {each.name: each.team for each in await catalog.list_services(conn)}
    teams = tuple(each.name for each in await accounts.list_teams(conn))
    if asked.severity and find_level(profile, asked.severity) is None:
        raise NotFound(
            f"There is no level {asked.severity[:40]!r}.",
            f"Use one of {', '.join(level.name for level in profile.levels)}.",
            field="severity",
        )
    if asked.team and asked.team not in teams:
        raise NotFound(f"There is no team {asked.team[:40]!r}.", f"Use one of {', '.join(teams)}.", field="team")
    return Scene(
        asked=asked,
        question=Question(
            since=periods[0].since,
            until=periods[-1].until,
            services=_services(asked, owners),
        ),
        months=tuple(month_name(each.first_day) for each in periods),
        profile=profile,
        services=tuple(sorted(owners)),
        teams=teams,
    )


def _services(asked: Asked, owners: dict[str, str | None]) -> tuple[str, ...]:
    """A service that is in no catalogue any more may still have had incidents."""
    own = tuple(sorted(name for name, team in owners.items() if team == asked.team)) if asked.team else ()
    if asked.service and asked.team and asked.service not in own:
        raise Invalid(f"{asked.service} is no service of {asked.team}.", "Choose one of the two.", field="service")
    if asked.team and not own:
        raise Invalid(f"{asked.team} owns no service.", "Give it one in the configuration.", field="team")
    return (asked.service,) if asked.service else own


async def answer(
    conn: Conn, viewer: Viewer, scene: Scene, now: datetime, *by: Dimension, compare: bool = False
) -> Metrics:
    """The metrics of a scene by at most one dimension; with a level, of its incidents alone."""
    level = scene.asked.severity
    wanted = (Dimension.SEVERITY, *by) if level and Dimension.SEVERITY not in by else by
    found = await metrics(conn, viewer, replace(scene.question, by=wanted, compare=compare), now)
    if not level:
        return found
    place = wanted.index(Dimension.SEVERITY)
    kept = tuple(_without(each, place, by) for each in found.figures if each.group[place] == level)
    return replace(found, figures=kept)


def _without(figure: Figure, place: int, by: tuple[Dimension, ...]) -> Figure:
    """A figure of one level as one of what was asked for."""
    if Dimension.SEVERITY in by:
        return figure
    return replace(figure, group=figure.group[:place] + figure.group[place + 1 :])
