"""Every incident that the viewer may see, newest first; and the search among the latest."""

import msgspec
from litestar import get
from litestar.response import Redirect, Response

from tocsin.incidents import service as incidents
from tocsin.incidents.model import IncidentFilter
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound
from tocsin.kernel.text import whole_number
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.incident_lines import IncidentLine, incident_path, load_lines
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of

_A_PAGE = 50
_SEARCHED = 200


class ListView(msgspec.Struct, frozen=True, kw_only=True):
    """`searched` is among how many of the latest `query` was looked for; `next_before` the cursor of the next page."""

    incidents: tuple[IncidentLine, ...]
    state: str = ""
    query: str = ""
    searched: int = 0
    next_before: int | None = None


@get("/incidents")
async def list_incidents(
    request: AnyRequest, visit: GivenVisit, pages: GivenPages, db: GivenDb
) -> Response[str] | Redirect:
    """`state=open`, `before=NUMBER`, or `q=WORDS`; the name of an incident leads to its room."""
    query = request.query_params.get("q", "").strip()[:200]
    async with db.connection() as conn:
        if query:
            number = await _named(conn, visit, query)
            if number is not None:
                return Redirect(incident_path(number), status_code=303)
            view = await _search(conn, visit, query)
        else:
            view = await _page(conn, visit, request.query_params.get("state", ""), request.query_params.get("before"))
    return pages.page("incidents/list.html", visit, view=view, query=query)


async def _named(conn: Conn, visit: Visit, query: str) -> int | None:
    """The number of the incident that the query names outright."""
    try:
        return (await incidents.get_incident(conn, viewer_of(visit), query)).number
    except (Invalid, NotFound):
        return None


async def _page(conn: Conn, visit: Visit, state: str, before: str | None) -> ListView:
    number = whole_number(before, 9) if before is not None else None
    if before is not None and number is None:
        raise Invalid("There is no such page of the list.", "Begin at /incidents.", field="before")
    wanted = IncidentFilter(open_only=state == "open", before_number=number, limit=_A_PAGE)
    found = await incidents.list_incidents(conn, viewer_of(visit), wanted)
    return ListView(
        incidents=await load_lines(conn, found.incidents),
        state="open" if state == "open" else "",
        next_before=found.next_before,
    )


async def _search(conn: Conn, visit: Visit, query: str) -> ListView:
    found = await incidents.list_incidents(conn, viewer_of(visit), IncidentFilter(limit=_SEARCHED))
    words = query.casefold().split()
    lines = await load_lines(conn, found.incidents)
    return ListView(
        incidents=tuple(line for line in lines if all(word in _searchable(line) for word in words)),
        query=query,
        searched=len(lines),
    )


def _searchable(line: IncidentLine) -> str:
    level = line.level.name if line.level else "unclassified"
    return f"{line.ref} {line.title} {line.services} {line.status} {level}".casefold()
