"""The room of an incident, and the parts of it that its script asks for again when something has changed."""

from litestar import get
from litestar.params import FromPath
from litestar.response import Response

from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.incidents.room import load_room, load_timeline
from tocsin.surfaces.web.pages.paging.pager import list_takers
from tocsin.surfaces.web.visits import viewer_of


@get("/incidents/{ref:str}")
async def show_incident(ref: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page."""
    async with db.connection() as conn:
        view = await load_room(conn, viewer_of(visit), ref, visit.times.now)
        timeline = await load_timeline(conn, view.room.viewer, view.room.incident)
        takers = await list_takers(conn, visit.times.now) if view.room.may_respond else ()
    return pages.page(
        "incidents/show.html", visit, view=view, facts=view.facts, room=view.room, timeline=timeline, takers=takers
    )


@get("/incidents/{ref:str}/parts")
async def show_parts(ref: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """Its head and every part, for the page's script to put in their places."""
    async with db.connection() as conn:
        view = await load_room(conn, viewer_of(visit), ref, visit.times.now)
    return pages.page("incidents/_parts.html", visit, view=view, facts=view.facts, room=view.room)
