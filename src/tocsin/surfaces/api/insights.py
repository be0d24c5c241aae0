"""What the records teach, over HTTP: the trend of guard rails (PRV-3), patterns and what helps (MET-3)."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from tocsin.insights.rail_trends import USUAL_MONTHS, read_trends
from tocsin.insights.recommending import read_recommendations
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.wire import rail_trends as wire
from tocsin.surfaces.wire import recommendations as advice


@get("/insights/guard-rails", summary="How often each guard rail fired, per team and month")
async def read_rail_trends(
    viewer: Caller,
    db: Db,
    months: Annotated[int, QueryParameter(description="So many months, this one included, 1 to 24.")] = USUAL_MONTHS,
    team_name: Annotated[str | None, QueryParameter(name="team", description="Only incidents of its services.")] = None,
) -> wire.RailTrends:
    """Of the incidents that the caller may see, with each time that one fired."""
    async with db.connection() as conn:
        return wire.rail_trends(await read_trends(conn, viewer, months, team_name, db.clock.now()))


@get("/insights/recommendations", summary="Patterns in the incidents, and what usually helps")
async def read_patterns(
    viewer: Caller,
    db: Db,
    months: Annotated[int, QueryParameter(description="So many months, this one included, 1 to 24.")] = USUAL_MONTHS,
) -> advice.RecommendationList:
    """Each with the incidents it is told from, five at least; of the incidents that the caller may see."""
    async with db.connection() as conn:
        found = await read_recommendations(conn, viewer, months, db.clock.now())
    return advice.recommendation_list(months, found)
