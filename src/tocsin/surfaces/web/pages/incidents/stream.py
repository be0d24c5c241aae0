"""The live part of a page, by server-sent events.

A room is sent each new entry of its timeline; every page is told `changed`, and asks for what it shows again. After a
cut the browser says what it has seen last, and gets what it missed; an entry that comes twice is dropped there. Who has
missed more than is sent again is told `reset`: the page is loaded anew.
"""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime
from time import monotonic

from litestar import get
from litestar.params import FromPath
from litestar.response import ServerSentEvent, ServerSentEventMessage

from tocsin.accounts import sign_in
from tocsin.accounts.model import Viewer
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.kernel.ledger import LedgerEntry, list_recent
from tocsin.kernel.live import OVERLAP, Listener
from tocsin.surfaces.web.given import GivenDb, GivenHub, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.pages.incidents.entries import entry_view
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.site import Site
from tocsin.surfaces.web.visits import viewer_of
from tocsin.surfaces.wire.stream import REPLAYED, RESET, parse_position, position

_PATIENCE = 15.0
"""Seconds of silence before the server says that it is there; the page's script waits for more than two of them."""

_ON_NOW = ("incident/", "alert", "config")

Messages = AsyncGenerator[ServerSentEventMessage]


@get("/now/stream")
async def stream_now(
    request: AnyRequest, visit: GivenVisit, db: GivenDb, hub: GivenHub, site: GivenSite
) -> ServerSentEvent:
    """`changed` whenever something happens that Now may show."""
    viewer = viewer_of(visit)

    def wanted(entry: LedgerEntry) -> bool:
        return entry.topic.startswith(_ON_NOW) and viewer.may_read(entry.scope_id)

    async def messages() -> Messages:
        with hub.listen(wanted) as listener:
            yield _changed()  # whatever happened since the page was made
            async for batch in _batches(listener, request, db, site):
                yield _changed() if batch else _still_here()

    return ServerSentEvent(messages())


@get("/incidents/{ref:str}/stream")
async def stream_incident(
    request: AnyRequest,
    ref: FromPath[str],
    visit: GivenVisit,
    pages: GivenPages,
    db: GivenDb,
    hub: GivenHub,
    site: GivenSite,
) -> ServerSentEvent:
    """Each entry of the timeline from the position on that the browser names, then as it happens."""
    viewer = viewer_of(visit)
    place = request.headers.get("last-event-id") or request.query_params.get("after")
    seen_at = parse_position(place) if place else None
    async with db.connection() as conn:
        topic = (await incidents.get_incident(conn, viewer, ref)).topic

    def wanted(entry: LedgerEntry) -> bool:
        return entry.topic == topic and viewer.may_read(entry.scope_id)

    def rendered(entry: LedgerEntry) -> ServerSentEventMessage:
        now = replace(visit, times=replace(visit.times, now=db.clock.now()))
        html = pages.html("incidents/_new_entry.html", now, entry=entry_view(entry))
        return ServerSentEventMessage(data=html, id=position(entry.at, entry.id))

    async def messages() -> Messages:
        with hub.listen(wanted) as listener:
            missed = await _missed(db, viewer, topic, seen_at)
            if len(missed) > REPLAYED:
                yield ServerSentEventMessage(data="", event=RESET)
                return
            for entry in missed:
                yield rendered(entry)
            yield _changed()
            sent = {entry.id for entry in missed}
            async for batch in _batches(listener, request, db, site):
                fresh = [entry for entry in batch if entry.id not in sent]
                for entry in fresh:
                    yield rendered(entry)
                yield _changed() if fresh else _still_here()

    return ServerSentEvent(messages())


async def _missed(db: Database, viewer: Viewer, topic: str, seen_at: datetime | None) -> list[LedgerEntry]:
    """One more than is replayed when there is too much."""
    if seen_at is None:
        return []
    async with db.connection() as conn:
        return await list_recent(conn, since=seen_at - OVERLAP, scopes=viewer.scopes, topic=topic, limit=REPLAYED + 1)


async def _batches(
    listener: Listener, request: AnyRequest, db: Database, site: Site
) -> AsyncGenerator[list[LedgerEntry]]:
    """What has come; empty after a silence. Ends with the process, and soon after the session has ended."""
    checked = monotonic()
    while not listener.is_over:
        batch = await listener.next(_PATIENCE)
        if monotonic() - checked >= _PATIENCE:
            async with db.connection() as conn:
                cookie = request.cookies.get(site.session_cookie, "")
                if await sign_in.find_session(conn, cookie, db.clock.now()) is None:
                    return
            checked = monotonic()
        yield batch


def _changed() -> ServerSentEventMessage:
    return ServerSentEventMessage(data="", event="changed")


def _still_here() -> ServerSentEventMessage:
    return ServerSentEventMessage(data="", event="still-here")
