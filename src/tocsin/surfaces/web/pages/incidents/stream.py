"""The live part of a page, by server-sent events.

A room is sent each new entry of its timeline; every page is told `changed`, and asks for what it shows again. After a
cut the browser says what it has seen last, and gets what it missed; an entry that comes twice is dropped there. Who has
missed more than is sent again is told `reset`: the page is loaded anew.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import datetime

from litestar import get
from litestar.params import FromPath
from litestar.response import ServerSentEvent, ServerSentEventMessage

from tocsin.accounts.model import Viewer
from tocsin.db.database import Database
from tocsin.incidents import service as incidents
from tocsin.incidents import timeline
from tocsin.incidents.model import Incident
from tocsin.incidents.presence import look
from tocsin.incidents.record import changed_by, fold
from tocsin.kernel.ledger import LedgerEntry, list_recent
from tocsin.kernel.live import OVERLAP
from tocsin.surfaces.web.given import GivenDb, GivenHub, GivenOnlookers, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.onlookers import Onlookers
from tocsin.surfaces.web.pages.incidents.entries import record_view
from tocsin.surfaces.web.pages.incidents.onlookers_part import onlookers_view
from tocsin.surfaces.web.pages.incidents.turns import Turn, turns
from tocsin.surfaces.web.render import Pages, Visit
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of
from tocsin.surfaces.wire.stream import REPLAYED, RESET, parse_position, position

_GLANCE = 0.7
"""Seconds between two looks at who else is here: what is seen is shown within a second (WAR-1)."""

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
        nonlocal viewer
        with hub.listen(wanted, of=viewer.user_id) as listener:
            yield _changed()  # whatever happened since the page was made
            async for turn in turns(listener, request, db, site):
                before, viewer = viewer, turn.viewer or viewer
                yield _changed() if turn.entries or before.scopes != viewer.scopes else _still_here()

    hub.check_room(viewer.user_id)
    return ServerSentEvent(messages())


@get("/incidents/{ref:str}/stream")
async def stream_incident(
    request: AnyRequest,
    ref: FromPath[str],
    visit: GivenVisit,
    pages: GivenPages,
    db: GivenDb,
    hub: GivenHub,
    onlookers: GivenOnlookers,
    site: GivenSite,
) -> ServerSentEvent:
    """Each entry of the timeline from the position on that the browser names, and who else looks."""
    viewer = viewer_of(visit)
    place = request.headers.get("last-event-id") or request.query_params.get("after")
    seen_at = parse_position(place) if place else None
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
    room = _OpenRoom(visit, viewer, incident, pages, db)

    async def messages() -> Messages:
        with hub.listen(room.wants, of=viewer.user_id) as listener:
            missed = await _missed(db, viewer, incident.topic, seen_at)
            if len(missed) > REPLAYED:
                yield ServerSentEventMessage(data="", event=RESET)
                return
            await room.look()
            for entry in missed:
                yield await room.entry(entry)
            yield _changed()
            line = turns(listener, request, db, site, ref=ref, patience=_GLANCE)
            async for message in room.messages(line, onlookers, {entry.id for entry in missed}):
                yield message

    hub.check_room(viewer.user_id)
    return ServerSentEvent(messages())


@dataclass(frozen=True)
class _OpenRoom:
    """One viewer's open room of one incident."""

    visit: Visit
    viewer: Viewer
    incident: Incident
    pages: Pages
    db: Database

    def wants(self, entry: LedgerEntry) -> bool:
        return entry.topic == self.incident.topic and self.viewer.may_read(entry.scope_id)

    async def look(self) -> None:
        """The others see that this viewer is here."""
        async with self.db.transaction() as tx:
            await look(tx, self.incident.id, self.viewer.name)

    async def messages(self, line: AsyncGenerator[Turn], onlookers: Onlookers, sent: set[int]) -> Messages:
        """What happens from now on, without the entries that were `sent`."""
        shown: tuple[str, ...] = ()
        async for turn in line:
            if turn.is_beat:
                await self.look()
            names = await onlookers.at(self.incident.id)
            if names != shown:
                shown = names
                yield self.here(names)
            fresh = [entry for entry in turn.entries if entry.id not in sent]
            for entry in fresh:
                yield await self.entry(entry)
            if fresh:
                yield _changed()
            elif turn.is_beat:
                yield _still_here()

    async def entry(self, entry: LedgerEntry) -> ServerSentEventMessage:
        """A new line, or the line that it corrects or redacts anew."""
        now = replace(self.visit, times=replace(self.visit.times, now=self.db.clock.now()))
        changed = changed_by(entry)
        if changed is None:
            view = record_view(fold([entry], ())[0], self.viewer)
            html = self.pages.html("incidents/_new_entry.html", now, entry=view)
        else:
            async with self.db.connection() as conn:
                view = record_view(await timeline.find_entry(conn, self.incident, changed), self.viewer)
            html = self.pages.html("incidents/_changed_entry.html", now, entry=view)
        return ServerSentEventMessage(data=html, id=position(entry.at, entry.id))

    def here(self, names: tuple[str, ...]) -> ServerSentEventMessage:
        part = onlookers_view(names, self.viewer.name)
        return ServerSentEventMessage(data=self.pages.html("incidents/_new_onlookers.html", self.visit, part=part))


async def _missed(db: Database, viewer: Viewer, topic: str, seen_at: datetime | None) -> list[LedgerEntry]:
    """One more than is replayed when there is too much."""
    if seen_at is None:
        return []
    async with db.connection() as conn:
        return await list_recent(conn, since=seen_at - OVERLAP, scopes=viewer.scopes, topic=topic, limit=REPLAYED + 1)


def _changed() -> ServerSentEventMessage:
    return ServerSentEventMessage(data="", event="changed")


def _still_here() -> ServerSentEventMessage:
    return ServerSentEventMessage(data="", event="still-here")
