"""The call of an incident over HTTP (WAR-4): set its link, where the organisation's pattern is not the one."""

from litestar import post
from litestar.params import JSONBody

from tocsin.incidents import calling_in
from tocsin.incidents import service as incidents
from tocsin.surfaces.api.callers import Caller, Db, Here, Ref
from tocsin.surfaces.api.incident_answers import answer
from tocsin.surfaces.wire import incidents as wire


@post("/incidents/{ref:str}/conference", status_code=200, summary="Say where people speak")
async def set_conference(
    ref: Ref, data: JSONBody[wire.ConferenceRequest], viewer: Caller, db: Db, site: Here
) -> wire.Incident:
    """A link of its own; null: by the organisation's pattern again."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "set the link of a call")
        return await answer(tx.conn, await calling_in.set_link(tx, incident.id, data.url, viewer.actor), site)
