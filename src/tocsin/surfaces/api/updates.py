"""Updates over HTTP: read them, preview one, post one (COM-1, COM-2)."""

from litestar import get, post
from litestar.params import JSONBody

from tocsin.comms import cadence, updates
from tocsin.comms.model import UpdateDraft
from tocsin.incidents import service as incidents
from tocsin.kernel.ids import incident_ref
from tocsin.surfaces.api.callers import Caller, Db, Here, Ref
from tocsin.surfaces.api.parsing import as_utc
from tocsin.surfaces.wire import updates as wire


@get("/incidents/{ref:str}/updates", summary="Read the updates")
async def list_updates(ref: Ref, viewer: Caller, db: Db, site: Here) -> wire.UpdateList:
    """What was said, oldest first, and when the next update is due."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        found = await updates.list_updates(conn, incident.id)
        due = await cadence.next_update_at(conn, incident.id)
        overdue = await cadence.count_overdue(conn, incident.id)
    return wire.update_list(incident_ref(incident.number), found, due, overdue, site.public_url)


@post("/incidents/{ref:str}/updates", summary="Post an update")
async def post_update(ref: Ref, data: JSONBody[wire.UpdateRequest], viewer: Caller, db: Db, site: Here) -> wire.Update:
    """Everybody of its audience is told, and the next one is due by the cadence of the level."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "post updates")
        posted = await updates.post_update(tx, incident.id, _draft(data), viewer.actor)
    return wire.update(posted, site.public_url)


@post("/incidents/{ref:str}/updates/preview", status_code=200, summary="What an update would say, and to whom")
async def preview(
    ref: Ref, data: JSONBody[wire.UpdateRequest], viewer: Caller, db: Db, site: Here
) -> wire.UpdatePreview:
    """Nothing is sent or kept."""
    async with db.connection() as conn:
        incident = await incidents.get_incident_to(conn, viewer, ref, "post updates")
        made = await updates.preview(conn, incident, _draft(data), viewer.actor, db.clock.now())
    return wire.preview(made, site.public_url)


def _draft(data: wire.UpdateRequest) -> UpdateDraft:
    return UpdateDraft(
        text=data.text.strip(),
        done=tuple(data.done),
        under_way=tuple(data.under_way),
        planned=tuple(data.planned),
        root_cause=data.root_cause,
        eta=as_utc(data.eta, "eta") if data.eta else None,
        next_update_at=as_utc(data.next_update_at, "next_update_at") if data.next_update_at else None,
        audience=updates.read_audience(data.audience),
    )
