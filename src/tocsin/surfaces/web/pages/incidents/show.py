"""The room of an incident, and the parts of it that its script asks for again when something has changed."""

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.response import Response

from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.pages.incidents.room import load_room, load_timeline
from tocsin.surfaces.web.pages.paging.pager import list_takers
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of

_TABS = (("timeline", "Timeline"), ("roles", "Team"), ("recovery", "Recovery"), ("paging", "Paging"))


class Choices(msgspec.Struct, frozen=True):
    """How a viewer has the room before them: `?tab=recovery&routine=no`, which the page's script keeps in its address,
    so that it is the same after a reload."""

    tab: str
    is_without_routine: bool
    tabs: tuple[tuple[str, str], ...] = _TABS


def choices_of(request: AnyRequest) -> Choices:
    """What is unknown is as nothing said."""
    tab = request.query_params.get("tab", "")
    return Choices(tab if tab in dict(_TABS) else "timeline", request.query_params.get("routine") == "no")


@get("/incidents/{ref:str}")
async def show_incident(
    request: AnyRequest, ref: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """The page."""
    async with db.connection() as conn:
        view = await load_room(conn, viewer_of(visit), ref, visit.times.now, site.file_limits)
        timeline = await load_timeline(conn, view.room.viewer, view.room.incident)
        takers = await list_takers(conn, visit.times.now) if view.room.may_respond else ()
    return pages.page(
        "incidents/show.html",
        visit,
        view=view,
        facts=view.facts,
        room=view.room,
        timeline=timeline,
        takers=takers,
        choices=choices_of(request),
    )


@get("/incidents/{ref:str}/parts")
async def show_parts(
    ref: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """Its head and every part, for the page's script to put in their places."""
    async with db.connection() as conn:
        view = await load_room(conn, viewer_of(visit), ref, visit.times.now, site.file_limits)
    return pages.page("incidents/_parts.html", visit, view=view, facts=view.facts, room=view.room)
