"""All heartbeats: what is silent first."""

import msgspec
from litestar import get
from litestar.response import Response

from tocsin.alerts import heartbeat_service
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.heartbeats.lines import HeartbeatLine, heartbeat_line
from tocsin.surfaces.web.visits import viewer_of


class HeartbeatsView(msgspec.Struct, frozen=True):
    heartbeats: tuple[HeartbeatLine, ...]


@get("/heartbeats")
async def list_heartbeats(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page."""
    async with db.connection() as conn:
        known = await heartbeat_service.list_heartbeats(conn, viewer_of(visit), visit.times.now)
    lines = sorted(map(heartbeat_line, known), key=lambda line: (line.since is None, not line.is_trouble, line.name))
    return pages.page("heartbeats/list.html", visit, view=HeartbeatsView(tuple(lines)))
