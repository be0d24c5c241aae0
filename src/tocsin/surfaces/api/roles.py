"""Roles over HTTP (ROL-1): who does what in an incident, taken, given and given back; and the size of its team."""

from typing import Annotated

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from tocsin.catalog import service as catalog
from tocsin.incidents import assigning, syncing
from tocsin.incidents import service as incidents
from tocsin.incidents.classifying import find_level
from tocsin.incidents.model import Incident
from tocsin.incidents.roles import read_role, read_team_size, team_size_of
from tocsin.kernel.db import Conn
from tocsin.kernel.ids import incident_ref
from tocsin.surfaces.api.callers import Caller, Db, Ref
from tocsin.surfaces.api.incidents import named
from tocsin.surfaces.wire import roles as wire


@get("/incidents/{ref:str}/roles", summary="Who does what")
async def show_roles(ref: Ref, viewer: Caller, db: Db) -> wire.Roles:
    """The roles that the team's size asks for, with their duties; an empty one has no holders."""
    async with db.connection() as conn:
        return await _answer(conn, await incidents.get_incident(conn, viewer, ref))


@post("/incidents/{ref:str}/roles", status_code=200, summary="Take or give a role")
async def assign_role(ref: Ref, data: JSONBody[wire.RoleRequest], viewer: Caller, db: Db) -> wire.Roles:
    """Of a role for one person, whoever had it is told; several may be experts or responders."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "assign roles")
        user = named(data.user, viewer) or viewer.name
        done = await assigning.assign(tx, incident.id, read_role(data.role), user, viewer.actor)
        return await _answer(tx.conn, incident, done.warning)


@delete("/incidents/{ref:str}/roles/{role:str}", status_code=200, summary="Give a role back")
async def release_role(
    ref: Ref,
    role: FromPath[str],
    viewer: Caller,
    db: Db,
    user: Annotated[str | None, QueryParameter(description="Who holds it; needed where several people do.")] = None,
) -> wire.Roles:
    """The role is empty then, unless others hold it too."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "assign roles")
        await assigning.release(tx, incident.id, read_role(role), named(user, viewer), viewer.actor)
        return await _answer(tx.conn, incident)


@post("/incidents/{ref:str}/team-size", status_code=200, summary="Say how many work on it")
async def set_team_size(ref: Ref, data: JSONBody[wire.TeamSizeRequest], viewer: Caller, db: Db) -> wire.Roles:
    """Another set of roles is expected from now on; nobody loses a role."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "assign roles")
        after = await assigning.set_team_size(tx, incident.id, read_team_size(data.team_size), viewer.actor)
        return await _answer(tx.conn, after)


@post("/incidents/{ref:str}/sync", status_code=200, summary="Hold the sync, or not")
async def switch_sync(ref: Ref, data: JSONBody[wire.SyncRequest], viewer: Caller, db: Db) -> wire.Roles:
    """Every half hour everybody with a role in a large team is called together; it can be switched off."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "assign roles")
        return await _answer(tx.conn, await syncing.switch(tx, incident.id, viewer.actor, on=data.on))


async def _answer(conn: Conn, incident: Incident, warning: str = "") -> wire.Roles:
    level = find_level(await catalog.severity_profile(conn), incident.severity)
    holdings = await assigning.list_holdings(conn, incident.id)
    next_sync_at = await syncing.next_sync_at(conn, incident.id)
    return wire.roles(incident_ref(incident.number), team_size_of(incident, level), holdings, next_sync_at, warning)
