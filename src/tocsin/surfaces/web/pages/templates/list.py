"""Every template with whose wording it has."""

from litestar import get
from litestar.response import Response

from tocsin.comms import wording
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit


@get("/settings/templates")
async def list_templates(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page."""
    async with db.connection() as conn:
        found = await wording.list_templates(conn)
    return pages.page("templates/list.html", visit, view=found)
