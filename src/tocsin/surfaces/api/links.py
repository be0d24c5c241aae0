"""Incidents that belong together over HTTP: merge, split, link, unlink (LIF-6)."""

from litestar import get, post
from litestar.params import JSONBody

from tocsin.accounts.model import Viewer
from tocsin.incidents import linking, merging
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn
from tocsin.surfaces.api.callers import Caller, Db, Here, Ref
from tocsin.surfaces.api.incident_answers import answer
from tocsin.surfaces.wire import incidents as wire_incidents
from tocsin.surfaces.wire import links as wire


@get("/incidents/{ref:str}/links", summary="What an incident has to do with")
async def list_links(ref: Ref, viewer: Caller, db: Db) -> wire.Links:
    """Merged, related, its cause or its effect, as far as the caller may see them."""
    async with db.connection() as conn:
        return await _links(conn, viewer, await incidents.get_incident(conn, viewer, ref))


@post("/incidents/{ref:str}/merge", status_code=200, summary="Merge into another incident")
async def merge(
    ref: Ref, data: JSONBody[wire.MergeRequest], viewer: Caller, db: Db, site: Here
) -> wire_incidents.Incident:
    """Its work goes on there, and its alerts join it; its paging stops. Nothing is deleted."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "merge and link incidents")
        into = await incidents.get_incident(tx.conn, viewer, data.into)
        after = await merging.merge(tx, incident.id, into.id, viewer.actor, data.reason)
        return await answer(tx.conn, after, site)


@post("/incidents/{ref:str}/split", status_code=200, summary="Split from the incident it is merged into")
async def split(
    ref: Ref, data: JSONBody[wire_incidents.ReasonRequest], viewer: Caller, db: Db, site: Here
) -> wire_incidents.Incident:
    """It is an incident of its own again, and people are called for it; a reason is needed."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "merge and link incidents")
        return await answer(tx.conn, await merging.split(tx, incident.id, viewer.actor, data.reason), site)


@post("/incidents/{ref:str}/links", status_code=200, summary="Link to another incident")
async def link(ref: Ref, data: JSONBody[wire.LinkRequest], viewer: Caller, db: Db) -> wire.Links:
    """As related, or as its cause. Both timelines say so."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "merge and link incidents")
        other = await incidents.get_incident(tx.conn, viewer, data.to)
        await linking.link(tx, incident.id, other.id, linking.read_kind(data.kind), viewer.actor)
        return await _links(tx.conn, viewer, incident)


@post("/incidents/{ref:str}/unlink", status_code=200, summary="Take a link back")
async def unlink(ref: Ref, data: JSONBody[wire.UnlinkRequest], viewer: Caller, db: Db) -> wire.Links:
    """They have nothing to do with each other after all."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "merge and link incidents")
        other = await incidents.get_incident(tx.conn, viewer, data.to)
        await linking.unlink(tx, incident.id, other.id, viewer.actor)
        return await _links(tx.conn, viewer, incident)


async def _links(conn: Conn, viewer: Viewer, incident: Incident) -> wire.Links:
    into = await incidents.get(conn, incident.merged_into) if incident.merged_into is not None else None
    merged = await merging.list_merged(conn, incident.id)
    return wire.links(incident, into, merged, await linking.list_links(conn, viewer, incident))
