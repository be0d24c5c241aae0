"""Private incidents over HTTP (LIF-7): make one private, and who sees it. To whom it is closed it does not exist."""

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody

from tocsin.incidents import privacy
from tocsin.incidents import service as incidents
from tocsin.surfaces.api.callers import Caller, Db, Here, Ref
from tocsin.surfaces.api.incident_answers import answer
from tocsin.surfaces.wire import incidents as wire


@post("/incidents/{ref:str}/private", status_code=200, summary="Make it private")
async def make_private(
    ref: Ref, data: JSONBody[wire.ReasonRequest], viewer: Caller, db: Db, site: Here
) -> wire.Incident:
    """From now on only the caller and those who have or had a part in it see it. It cannot be opened again."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "make incidents private")
        return await answer(tx.conn, await privacy.make_private(tx, incident.id, viewer.actor, data.reason), site)


@get("/incidents/{ref:str}/members", summary="Who sees it")
async def list_members(ref: Ref, viewer: Caller, db: Db) -> wire.Members:
    """Nobody is listed for an incident that is not private: everybody sees it."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        return wire.members(incident, await privacy.list_members(conn, incident))


@post("/incidents/{ref:str}/members", status_code=200, summary="Let others see it")
async def add_members(ref: Ref, data: JSONBody[wire.MembersRequest], viewer: Caller, db: Db) -> wire.Members:
    """Any member may let others in."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "change who sees an incident")
        await privacy.add_members(tx, incident.id, data.names, viewer.actor)
        return wire.members(incident, await privacy.list_members(tx.conn, incident))


@delete("/incidents/{ref:str}/members/{name:str}", status_code=204, summary="Let somebody see it no more")
async def remove_member(ref: Ref, name: FromPath[str], viewer: Caller, db: Db) -> None:
    """Whoever has it hands it over first; the last member stays."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "change who sees an incident")
        await privacy.remove_member(tx, incident.id, name, viewer.actor)
