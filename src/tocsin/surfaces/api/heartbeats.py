"""Heartbeats over HTTP: what is expected to say that it is alive, and whether it does."""

from litestar import get

from tocsin.alerts import heartbeat_service
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.wire import heartbeats as wire


@get("/heartbeats", summary="List heartbeats")
async def list_heartbeats(viewer: Caller, db: Db) -> wire.HeartbeatList:
    """By name, with when each was last heard and when its silence becomes an alert."""
    async with db.connection() as conn:
        found = await heartbeat_service.list_heartbeats(conn, viewer, db.clock.now())
    return wire.HeartbeatList(heartbeats=[wire.heartbeat(each) for each in found])
