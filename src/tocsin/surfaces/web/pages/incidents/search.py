"""The search page: words in incidents, in their timelines and tasks, as far as the viewer may see them."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import QueryParameter
from litestar.response import Redirect, Response

from tocsin.incidents.search import Hit, search
from tocsin.kernel.errors import Invalid, TocsinError
from tocsin.kernel.ids import incident_ref, parse_incident_ref
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.incident_lines import incident_path
from tocsin.surfaces.web.visits import viewer_of
from tocsin.surfaces.wire.search import anchor


class HitView(msgspec.Struct, frozen=True, kw_only=True):
    """One line; `path` leads to its place in the room."""

    ref: str
    path: str
    hit: Hit


class SearchView(msgspec.Struct, frozen=True, kw_only=True):
    """`asked` is empty before anybody has searched."""

    asked: str
    hits: tuple[HitView, ...] = ()
    wrong: TocsinError | None = None


@get("/search")
async def show_search(
    visit: GivenVisit, pages: GivenPages, db: GivenDb, q: Annotated[str, QueryParameter()] = ""
) -> Response[str] | Redirect:
    """Whoever types the name of an incident wants that incident."""
    asked = q.strip()
    if asked.lower().startswith("inc-"):
        try:
            return Redirect(incident_path(parse_incident_ref(asked)), status_code=303)
        except Invalid:
            pass  # it only begins like one
    async with db.connection() as conn:
        try:
            found = await search(conn, viewer_of(visit), asked) if asked else []
            view = SearchView(
                asked=asked, hits=tuple(HitView(ref=incident_ref(h.number), path=anchor(h), hit=h) for h in found)
            )
        except Invalid as wrong:
            view = SearchView(asked=asked, wrong=wrong)
    return pages.page("search/show.html", visit, view=view, query=asked, status=400 if view.wrong else 200)
