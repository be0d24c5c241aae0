"""Heartbeats over HTTP: what is expected to say that it is alive, and whether it does."""

from litestar import get, post
from litestar.params import FromPath, JSONBody

from tocsin.accounts.model import Permission
from tocsin.alerts import heartbeat_service
from tocsin.alerts.heartbeats import Pause
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.api.parsing import as_utc
from tocsin.surfaces.wire import heartbeats as wire


@get("/heartbeats", summary="List heartbeats")
async def list_heartbeats(viewer: Caller, db: Db) -> wire.HeartbeatList:
    """By name, with when each was last heard and when its silence becomes an alert."""
    now = db.clock.now()
    async with db.connection() as conn:
        found = await heartbeat_service.list_heartbeats(conn, viewer, now)
    return wire.HeartbeatList(heartbeats=[wire.heartbeat(each, now) for each in found])


@post("/heartbeats/{name:str}/pause", status_code=200, summary="Pause a heartbeat")
async def pause_heartbeat(
    name: FromPath[str], data: JSONBody[wire.HeartbeatPause], viewer: Caller, db: Db
) -> wire.Heartbeat:
    """Its silence is no alert before the end, and an alert that it is by now is over; what was expected meanwhile is
    waited for anew from then on. A failure that it reports is an alert as ever."""
    viewer.require(Permission.SILENCE, "pause heartbeats")
    wanted = Pause(ends_at=as_utc(data.ends_at, "ends_at"), reason=data.reason.strip())
    async with db.transaction() as tx:
        return wire.heartbeat(await heartbeat_service.pause(tx, viewer, name, wanted), tx.now)


@post("/heartbeats/{name:str}/resume", status_code=200, summary="End the pause of a heartbeat")
async def resume_heartbeat(name: FromPath[str], viewer: Caller, db: Db) -> wire.Heartbeat:
    """What was expected meanwhile is waited for anew from now on."""
    viewer.require(Permission.SILENCE, "end the pause of heartbeats")
    async with db.transaction() as tx:
        return wire.heartbeat(await heartbeat_service.resume(tx, viewer, name), tx.now)
