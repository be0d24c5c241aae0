"""The questions that the records answer, one page each, and the patterns that stand out (MET-3)."""

import msgspec
from litestar import get
from litestar.response import Response

from tocsin.insights.recommendations import Recommendation
from tocsin.insights.recommending import USUAL_MONTHS, read_recommendations
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.visits import viewer_of

QUESTIONS = (
    (
        "/insights/response",
        "How fast do we respond?",
        "Detected, taken, mitigated, over: against the targets, by month.",
    ),
    ("/insights/incidents", "Where do incidents come from?", "By service and cause, on which days, at which hours."),
    ("/insights/reports", "How was the month?", "The report of each month that is over, to read, print or send on."),
    ("/insights/guard-rails", "Which habits come back?", "How often each guard rail fired, per team and month."),
    ("/insights/slo", "Is what was promised kept?", "Error budgets: what used them, how fast, and what follows."),
    ("/insights/severity", "Does the severity table fit?", "How often people changed the level that was suggested."),
    ("/oncall/load", "Who is woken?", "Hours on call, nights, pages and sleep lost, for each person."),
    ("/oncall/load/proposal", "Is the load shared?", "What the weeks ahead ask of each, and how to even it out."),
)
"""Each page with the question that it answers; whoever adds one adds its line."""


class IndexView(msgspec.Struct, frozen=True, kw_only=True):
    """`told` are the patterns of so many months, this one included."""

    questions: tuple[tuple[str, str, str], ...]
    months: int
    told: tuple[Recommendation, ...]


@get("/insights")
async def show_insights(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """Patterns are those of the incidents that the viewer may see."""
    async with db.connection() as conn:
        told = await read_recommendations(conn, viewer_of(visit), USUAL_MONTHS, visit.times.now)
    view = IndexView(questions=QUESTIONS, months=USUAL_MONTHS, told=told)
    return pages.page("insights/index.html", visit, view=view)
