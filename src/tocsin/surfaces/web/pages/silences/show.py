"""One silence: what it covers, until when, who set it and why, and what it keeps quiet now."""

from uuid import UUID

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.response import Response

from tocsin.accounts.model import Permission
from tocsin.alerts import silence_store
from tocsin.alerts.rule_store import list_integrations
from tocsin.alerts.silencing import Silence
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.pages.silences.covered import Covered, list_firing, silenced_by
from tocsin.surfaces.web.pages.silences.list import SilenceRow, silence_row
from tocsin.surfaces.web.visits import viewer_of


class SilenceView(msgspec.Struct, frozen=True, kw_only=True):
    silence: SilenceRow
    covered: Covered
    may_silence: bool


@get("/silences/{silence_id:str}")
async def show_silence(silence_id: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page."""
    viewer, now = viewer_of(visit), visit.times.now
    async with db.connection() as conn:
        silence = await get_silence(conn, silence_id)
        names = {each.id: each.name for each in await list_integrations(conn, with_retired=True)}
        covered = silenced_by(silence.id, await list_firing(conn, viewer))
    view = SilenceView(
        silence=silence_row(silence, covered.count, names, now),
        covered=covered,
        may_silence=viewer.may(Permission.SILENCE),
    )
    return pages.page("silences/show.html", visit, view=view)


async def get_silence(conn: Conn, silence_id: str) -> Silence:
    """Raises NotFound."""
    try:
        found = await silence_store.find_silence(conn, UUID(silence_id), None)
    except ValueError:
        found = None
    if found is None:
        raise NotFound("There is no such silence.", "Find it in the list at /silences.")
    return found
