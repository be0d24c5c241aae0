"""The questions that the records answer, one page each."""

from litestar import get
from litestar.response import Response

from tocsin.surfaces.web.given import GivenPages, GivenVisit

QUESTIONS = (
    (
        "/insights/response",
        "How fast do we respond?",
        "Detected, taken, mitigated, over: against the targets, by month.",
    ),
    ("/insights/incidents", "Where do incidents come from?", "By service and cause, on which days, at which hours."),
    ("/insights/guard-rails", "Which habits come back?", "How often each guard rail fired, per team and month."),
    ("/insights/slo", "Is what was promised kept?", "Error budgets: what used them, how fast, and what follows."),
    ("/insights/severity", "Does the severity table fit?", "How often people changed the level that was suggested."),
    ("/oncall/load", "Who is woken?", "Hours on call, nights, pages and sleep lost, for each person."),
    ("/oncall/load/proposal", "Is the load shared?", "What the weeks ahead ask of each, and how to even it out."),
)
"""Each page with the question that it answers; whoever adds one adds its line."""


@get("/insights")
async def show_insights(visit: GivenVisit, pages: GivenPages) -> Response[str]:
    return pages.page("insights/index.html", visit, view=QUESTIONS)
