"""The loop inside every open stream: what has come, the beat by which the browser knows that the line is whole, and the
end of it with the process, the session, or the right to see.
"""

from collections.abc import AsyncGenerator
from time import monotonic
from typing import NamedTuple

from tocsin.accounts import sign_in
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
    """What has come, nothing after a silence. `is_beat`: it is time to say that we are there."""

    entries: list[LedgerEntry]
    is_beat: bool


async def turns(
    listener: Listener, request: AnyRequest, db: Database, site: Site, *, ref: str = "", patience: float = BEAT
) -> AsyncGenerator[Turn]:
    """One at least every `patience` seconds. Ends with the process, and soon after the session has ended or its viewer
    may no longer see the incident `ref`.
    """
    beat = monotonic()
    while not listener.is_over:
        entries = await listener.next(patience)
        is_beat = monotonic() - beat >= BEAT
        if is_beat:
            if not await _may_stay(request, db, site, ref):
                return
            beat = monotonic()
        yield Turn(entries, is_beat)


async def _may_stay(request: AnyRequest, db: Database, site: Site, ref: str) -> bool:
    async with db.connection() as conn:
        session = await sign_in.find_session(conn, request.cookies.get(site.session_cookie, ""), db.clock.now())
        if session is None:
            return False
        try:
            return not ref or bool(await incidents.get_incident(conn, session.viewer, ref))
        except NotFound:
            return False
