"""Maintenance over HTTP: services on which somebody works page nobody meanwhile (ALR-7)."""

from typing import Annotated

from litestar import delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from tocsin.accounts.model import Permission
from tocsin.accounts.rules import check_slug, check_time_zone
from tocsin.alerts import maintenances
from tocsin.alerts.maintenance import FREQUENCIES, MaintenanceDraft, check_rule, default_name, rule_in_words_of
from tocsin.catalog import service as catalog
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import local_of, zone_of
from tocsin.kernel.tx import Tx
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.api.parsing import as_utc
from tocsin.surfaces.wire import maintenance as wire


@get("/maintenance", summary="List maintenance")
async def list_maintenance(db: Db) -> wire.MaintenanceList:
    """What is under way, what is planned, and what was over within the last five days."""
    now = db.clock.now()
    async with db.connection() as conn:
        found = [wire.maintenance(each, now) for each in await maintenances.list_maintenances(conn, now)]
    order = ("active", "planned", "over")
    found.sort(key=lambda each: (order.index(each.state), each.starts_at, each.name))
    return wire.MaintenanceList(maintenance=found)


@post("/maintenance", summary="Put services into maintenance")
async def add_maintenance(data: JSONBody[wire.MaintenanceRequest], viewer: Caller, db: Db) -> wire.Maintenance:
    """Their alerts are held and shown with this reason, running escalations stop, and at the end what is still wrong
    is paged."""
    viewer.require(Permission.SILENCE, "put services into maintenance")
    if not data.reason.strip():
        raise Invalid("A maintenance has a reason.", "Say what is done; whoever wonders will read it.", field="reason")
    async with db.transaction() as tx:
        made = await maintenances.add_maintenance(tx, await _draft(tx, data), viewer.actor)
    return wire.maintenance(made, tx.now)


async def _draft(tx: Tx, data: wire.MaintenanceRequest) -> MaintenanceDraft:
    check_time_zone(data.time_zone)
    zone = data.time_zone or (await catalog.organisation(tx.conn)).time_zone
    starts_at = as_utc(data.starts_at, "starts_at") if data.starts_at else tx.now
    repeat = data.repeat
    if repeat is not None:
        repeat = rule_in_words_of(repeat) if repeat in FREQUENCIES else check_rule(repeat)
    name = data.name or default_name(data.services, local_of(starts_at, zone_of(zone)))
    return MaintenanceDraft(
        name=check_slug(name),
        services=tuple(dict.fromkeys(data.services)),
        starts_at=starts_at,
        ends_at=as_utc(data.ends_at, "ends_at"),
        reason=data.reason.strip(),
        time_zone=zone,
        repeat=repeat,
    )


@delete("/maintenance/{name:str}", status_code=200, summary="End a maintenance now")
async def end_maintenance(
    name: FromPath[str],
    viewer: Caller,
    db: Db,
    whole: Annotated[bool, QueryParameter(name="all", description="Also every window that would follow.")] = False,
) -> wire.Maintenance:
    """What it held and is still wrong is paged at once. One that a file manages is ended there."""
    viewer.require(Permission.SILENCE, "end maintenance")
    async with db.transaction() as tx:
        ended = await maintenances.end_maintenance(tx, name, viewer.actor, whole=whole)
    return wire.maintenance(ended, tx.now)
