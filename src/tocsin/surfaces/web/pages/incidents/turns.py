"""The loop inside every open stream: what has come, the beat by which the browser knows that the line is whole, and the
end of it with the process, the session, or the right to see.
"""

from collections.abc import AsyncGenerator
from time import monotonic
from typing import NamedTuple

from tocsin.accounts import sign_in
from tocsin.accounts.model import ORGANISATION_SCOPE, Viewer
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.kernel.errors import NotFound
from tocsin.kernel.ledger import LedgerEntry
from tocsin.kernel.live import Listener
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.site import Site

BEAT = 15.0
"""Seconds after which the server says that it is there; the page's script waits for more than two of them. As often it
looks whether the session lasts and its viewer may still see this.
"""


class Turn(NamedTuple):
    """What has come, nothing after a silence. `is_beat`: it is time to say that we are there. `viewer` is who listens
    as they are by now, None: nobody has looked again.
    """

    entries: list[LedgerEntry]
    is_beat: bool
    viewer: Viewer | None


async def turns(
    listener: Listener, request: AnyRequest, db: Database, site: Site, *, ref: str = "", patience: float = BEAT
) -> AsyncGenerator[Turn]:
    """One at least every `patience` seconds. Ends with the process, and soon after the session has ended or its viewer
    may no longer see the incident `ref`. Before anything private is told that is looked up again, for a member may have
    been removed a moment ago (LIF-7).
    """
    beat = monotonic()
    while not listener.is_over:
        entries = await listener.next(patience)
        is_beat = monotonic() - beat >= BEAT
        viewer: Viewer | None = None
        if is_beat or any(entry.scope_id != ORGANISATION_SCOPE for entry in entries):
            viewer = await _who_stays(request, db, site, ref)
            if viewer is None:
                return
            entries = [entry for entry in entries if viewer.may_read(entry.scope_id)]
        if is_beat:
            beat = monotonic()
        yield Turn(entries, is_beat, viewer)


async def _who_stays(request: AnyRequest, db: Database, site: Site, ref: str) -> Viewer | None:
    async with db.connection() as conn:
        session = await sign_in.find_session(conn, request.cookies.get(site.session_cookie, ""), db.clock.now())
        if session is None:
            return None
        try:
            if ref:
                await incidents.get_incident(conn, session.viewer, ref)
        except NotFound:
            return None
        return session.viewer
