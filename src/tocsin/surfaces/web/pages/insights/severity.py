"""How often people changed the suggested severity, and which way (CLS-3)."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import QueryParameter
from litestar.response import Response

from tocsin.insights.severity_review import USUAL_DAYS, Review, read_review
from tocsin.kernel.ids import incident_ref
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.incident_lines import incident_path
from tocsin.surfaces.web.visits import viewer_of

WINDOWS = (30, 90, 365)


class ReviewView(msgspec.Struct, frozen=True, kw_only=True):
    """`changes` pair each change with the name and the address of its incident."""

    days: int
    windows: tuple[int, ...]
    review: Review

    @property
    def changes(self) -> list[tuple[object, str, str]]:
        return [(each, incident_ref(each.number), incident_path(each.number)) for each in self.review.changes]


@get("/insights/severity")
async def show_severity_review(
    visit: GivenVisit,
    pages: GivenPages,
    db: GivenDb,
    days: Annotated[int, QueryParameter(description="So many days back.")] = USUAL_DAYS,
) -> Response[str]:
    """Of what the viewer may see."""
    async with db.connection() as conn:
        found = await read_review(conn, viewer_of(visit), days, visit.times.now)
    return pages.page("insights/severity.html", visit, view=ReviewView(days=days, windows=WINDOWS, review=found))
