"""Checks of incidents over HTTP: read them, run them, add one, tick what only a person can see (RES-1)."""

from litestar import get, post
from litestar.params import JSONBody

from tocsin.config.one_check import read_one_check
from tocsin.incidents import service as incidents
from tocsin.surfaces.api.callers import Caller, Db, Ref
from tocsin.surfaces.wire import verification as wire
from tocsin.verification import own_checks
from tocsin.verification import service as verification


@get("/incidents/{ref:str}/checks", summary="Read the checks of an incident")
async def list_checks(ref: Ref, viewer: Caller, db: Db) -> wire.Checks:
    """Whether it works again, as far as it is known, and how the wish to resolve it stands."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        return wire.checks(incident.number, await verification.stand(conn, incident))


@post("/incidents/{ref:str}/checks", status_code=202, summary="Run the checks of an incident")
async def run_checks(ref: Ref, viewer: Caller, db: Db) -> wire.Checks:
    """A worker runs them; read them again until `is_running` is false."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "run checks")
        await verification.ask_for_checks(tx, incident.id, viewer.actor)
        return wire.checks(incident.number, await verification.stand(tx.conn, incident))


@post("/incidents/{ref:str}/checks/tick", status_code=200, summary="Tick a check that only a person can see")
async def tick_check(ref: Ref, data: JSONBody[wire.TickRequest], viewer: Caller, db: Db) -> wire.Checks:
    """The caller has looked, and it is as it should be; with `ticked` false: it has to be looked at again."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "tick checks")
        tick = verification.tick if data.ticked else verification.take_tick_back
        await tick(tx, incident.id, data.name, viewer.actor)
        return wire.checks(incident.number, await verification.stand(tx.conn, incident))


@post("/incidents/{ref:str}/checks/add", status_code=201, summary="Add a check to an incident")
async def add_check(ref: Ref, data: JSONBody[wire.CheckRequest], viewer: Caller, db: Db) -> wire.Checks:
    """For this incident alone, beside those of its services; a worker runs it at once."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "add checks")
        check = read_one_check(wire.said(data), await own_checks.find_promise(tx.conn, incident))
        await own_checks.add_check(tx, incident.id, check, viewer.actor)
        return wire.checks(incident.number, await verification.stand(tx.conn, incident))


@post("/incidents/{ref:str}/checks/remove", status_code=200, summary="Remove a check that was added to an incident")
async def remove_check(ref: Ref, data: JSONBody[wire.RemovalRequest], viewer: Caller, db: Db) -> wire.Checks:
    """Those of its services stand in the configuration."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "remove checks")
        await own_checks.remove_check(tx, incident.id, data.name, viewer.actor)
        return wire.checks(incident.number, await verification.stand(tx.conn, incident))
