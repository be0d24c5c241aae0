"""Which guard rails fire, of which team, and whether that gets better (PRV-3)."""

from typing import Annotated
from urllib.parse import urlencode

import msgspec
from litestar import get
from litestar.params import QueryParameter
from litestar.response import Response

from tocsin.accounts import service as accounts
from tocsin.insights.rail_charts import month_words, when_fired, which_fired
from tocsin.insights.rail_trends import USUAL_MONTHS, Fired, Trends, read_trends, rule_words
from tocsin.surfaces.web.drawing import Drawing, draw_all
from tocsin.surfaces.web.given import GivenCharts, GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.incident_lines import incident_path
from tocsin.surfaces.web.visits import viewer_of

WINDOWS = (3, 6, 12)
MOST_SHOWN = 30


class Firing(msgspec.Struct, frozen=True):
    """Once that a guard rail fired, with where its incident is."""

    fired: Fired
    rule: str
    path: str


class RailView(msgspec.Struct, frozen=True, kw_only=True):
    """`rule` narrows the list to one guard rail, empty: all. `hidden`: so many of the list are not shown."""

    found: Trends
    months: tuple[str, ...]
    windows: tuple[int, ...]
    teams: tuple[str, ...]
    drawings: tuple[Drawing, ...]
    rule: str
    firings: tuple[Firing, ...]
    hidden: int

    def address(self, rule: str = "", months: int = 0) -> str:
        """This page of the same team, of one guard rail or of another time."""
        said = {"months": months or len(self.months), "team": self.found.team or "", "rule": rule}
        return "/insights/guard-rails?" + urlencode({name: value for name, value in said.items() if value})

    def words(self, rule: str) -> str:
        return rule_words(rule)


@get("/insights/guard-rails")
async def show_guard_rails(
    visit: GivenVisit,
    pages: GivenPages,
    charts: GivenCharts,
    db: GivenDb,
    months: Annotated[int, QueryParameter(description="So many months, this one included.")] = USUAL_MONTHS,
    team_name: Annotated[str, QueryParameter(name="team", description="Only incidents of its services.")] = "",
    rule: Annotated[str, QueryParameter(description="Only the list of this guard rail.")] = "",
) -> Response[str]:
    """Of what the viewer may see."""
    async with db.connection() as conn:
        found = await read_trends(conn, viewer_of(visit), months, team_name or None, visit.times.now)
        teams = tuple(team.name for team in await accounts.list_teams(conn))
    listed = [each for each in found.fired if rule in ("", each.rule)]
    view = RailView(
        found=found,
        months=tuple(month_words(each) for each in found.months),
        windows=WINDOWS,
        teams=teams,
        drawings=await draw_all(charts, (which_fired(found), when_fired(found))),
        rule=rule,
        firings=tuple(Firing(each, rule_words(each.rule), incident_path(each.number)) for each in listed[:MOST_SHOWN]),
        hidden=max(0, len(listed) - MOST_SHOWN),
    )
    return pages.page("insights/guard_rails.html", visit, view=view)
