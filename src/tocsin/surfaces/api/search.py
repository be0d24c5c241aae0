"""`GET /api/v1/search`: words in incidents, in their timelines and tasks, as far as the caller may see them."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from tocsin.incidents.search import MOST
from tocsin.incidents.search import search as look_for
from tocsin.surfaces.api.callers import Caller, Db, Here
from tocsin.surfaces.wire import search as wire


@get("/search", summary="Search incidents and timelines")
async def search(
    viewer: Caller,
    db: Db,
    site: Here,
    q: Annotated[str, QueryParameter(description="Words; each may be the beginning of one. All must be there.")],
    limit: Annotated[int, QueryParameter(description="At most so many of each kind.", ge=1, le=MOST)] = MOST,
) -> wire.SearchResult:
    """What was corrected is found as it reads by now."""
    async with db.connection() as conn:
        found = await look_for(conn, viewer, q, limit=limit)
    return wire.search_result(q, found, site.public_url)
