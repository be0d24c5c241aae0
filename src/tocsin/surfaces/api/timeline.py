"""The timeline of an incident over HTTP, and the story of its pages (PAG-6)."""

from typing import Annotated

from litestar import get, post
from litestar.params import JSONBody, QueryParameter

from tocsin.accounts.model import Permission
from tocsin.catalog import service as catalog
from tocsin.delivery import service as delivery
from tocsin.incidents import service as incidents
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.ledger import LedgerEntry
from tocsin.paging import service as paging
from tocsin.surfaces.api.callers import Caller, Db, Ref
from tocsin.surfaces.api.parsing import one_of
from tocsin.surfaces.wire import incidents as wire
from tocsin.surfaces.wire import paging as wire_paging
from tocsin.surfaces.wire.incidents import EntryType


@get("/incidents/{ref:str}/timeline", summary="Read the timeline")
async def read(
    ref: Ref,
    viewer: Caller,
    db: Db,
    after: Annotated[int, QueryParameter(description="Only entries with a higher id.", ge=0)] = 0,
    limit: Annotated[int, QueryParameter(description="At most so many.", ge=1, le=1000)] = 1000,
) -> wire.Timeline:
    """What happened, oldest first, whoever wrote it."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        entries = await incidents.timeline(conn, viewer, ref, after_id=after, limit=limit)
        zone = (await catalog.organisation(conn)).time_zone
    return wire.Timeline(
        incident=incident_ref(incident.number), time_zone=zone, entries=[_entry(each) for each in entries]
    )


@post("/incidents/{ref:str}/timeline", summary="Write on the timeline")
async def write(ref: Ref, data: JSONBody[wire.EntryRequest], viewer: Caller, db: Db) -> wire.TimelineEntry:
    """An action, decision, observation, question or answer of a person (WAR-2)."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident(tx.conn, viewer, ref)
        viewer.require(Permission.RESPOND, "write on timelines")
        kind = one_of(EntryType, data.type, "type")
        entry_id = await incidents.add_note(tx, incident.id, viewer.actor, data.text, kind.value)
    return wire.TimelineEntry(
        id=entry_id, at=tx.now, by=viewer.actor, type=kind.value, kind="TimelineNoted", text=data.text.strip()
    )


@get("/incidents/{ref:str}/explain", summary="Who was called and why, or why nobody was")
async def explain(ref: Ref, viewer: Caller, db: Db) -> wire_paging.Explanation:
    async with db.connection() as conn:
        return wire_paging.explanation(await paging.explain(conn, viewer, ref, db.clock.now()))


@get("/incidents/{ref:str}/deliveries", summary="Every message about it: to whom, how, when, and what came back")
async def deliveries(ref: Ref, viewer: Caller, db: Db) -> wire_paging.DeliveryList:
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        found = await delivery.list_deliveries(conn, incident.topic)
    return wire_paging.DeliveryList(
        incident=incident_ref(incident.number), deliveries=[wire_paging.delivery(each) for each in found]
    )


def _entry(stored: LedgerEntry) -> wire.TimelineEntry:
    return wire.TimelineEntry(
        id=stored.id,
        at=stored.at,
        by=stored.actor,
        type=wire.entry_type(stored.kind, stored.data),
        kind=stored.kind,
        text=stored.sentence,
    )
