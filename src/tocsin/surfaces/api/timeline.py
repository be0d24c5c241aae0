"""The timeline of an incident over HTTP, and the story of its pages (PAG-6)."""

from typing import Annotated

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from tocsin.accounts.model import Permission
from tocsin.catalog import service as catalog
from tocsin.delivery import service as delivery
from tocsin.incidents import redacting, timeline, writing
from tocsin.incidents import service as incidents
from tocsin.incidents.model import EntryType
from tocsin.kernel.ids import incident_ref
from tocsin.paging import service as paging
from tocsin.surfaces.api.callers import Caller, Db, Ref
from tocsin.surfaces.api.parsing import as_id, one_of
from tocsin.surfaces.wire import paging as wire_paging
from tocsin.surfaces.wire import timeline as wire


@get("/incidents/{ref:str}/timeline", summary="Read the timeline")
async def read(
    ref: Ref,
    viewer: Caller,
    db: Db,
    after: Annotated[int, QueryParameter(description="Only entries with a higher id.", ge=0)] = 0,
    limit: Annotated[int, QueryParameter(description="At most so many.", ge=1, le=1000)] = 1000,
) -> wire.Timeline:
    """What happened, in the order in which it was written, whoever wrote it; each entry as it was corrected since."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        entries = await timeline.read_from(conn, incident, after_id=after, limit=limit)
        return wire.timeline(incident, entries, (await catalog.organisation(conn)).time_zone)


@post("/incidents/{ref:str}/timeline", summary="Write on the timeline")
async def write(ref: Ref, data: JSONBody[wire.EntryRequest], viewer: Caller, db: Db) -> wire.Timeline:
    """Actions, decisions, observations, questions or answers of people (WAR-2): one, or several lines in the format
    `[HH:MM] [@person] [TYPE] text`. The answer is what was written."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "write on timelines")
        kind = one_of(EntryType, data.type, "type")
        entries = await writing.write(tx, incident, viewer.actor, data.text, kind)
        return wire.timeline(incident, entries, (await catalog.organisation(tx.conn)).time_zone)


@post("/incidents/{ref:str}/timeline/{entry:str}/correct", status_code=200, summary="Correct an entry")
async def correct(
    ref: Ref, entry: FromPath[str], data: JSONBody[wire.CorrectionRequest], viewer: Caller, db: Db
) -> wire.TimelineEntry:
    """By whoever wrote it, or a manager; what it said before stays in `earlier`."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "correct what is written on timelines")
        return wire.timeline_entry(await writing.correct(tx, viewer, incident, as_id(entry, "entry"), data.text))


@post("/incidents/{ref:str}/timeline/{entry:str}/redact", status_code=200, summary="Redact an entry")
async def redact(
    ref: Ref, entry: FromPath[str], data: JSONBody[wire.RedactionRequest], viewer: Caller, db: Db
) -> wire.TimelineEntry:
    """Its text is replaced in the record, in search, in files and in messages; a tombstone and an audit entry stay."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident(tx.conn, viewer, ref)
        viewer.require(Permission.ADMINISTER, "redact entries")
        done = await redacting.redact(tx, incident, as_id(entry, "entry"), viewer.actor, data.reason)
        return wire.timeline_entry(done)


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
