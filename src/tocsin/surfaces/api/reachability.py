"""Reachability over HTTP: whether pages would reach people, and a test of it at once (PAG-3, ONC-6)."""

from typing import Annotated

from litestar import get, post
from litestar.params import QueryParameter

from tocsin.insights import reachability
from tocsin.surfaces.api.callers import Caller, Db, Here
from tocsin.surfaces.wire import reachability as wire


@get("/reachability", summary="Whether pages would reach people, way by way")
async def show_reachability(viewer: Caller, db: Db, site: Here) -> wire.Reachability:
    """Everybody whom a schedule or a policy names: for managers all, for others those of their teams and schedules."""
    async with db.connection() as conn:
        return wire.reachability(await reachability.read_reach(conn, viewer, site.test_every, db.clock.now()))


@post("/reachability/ask", status_code=202, summary="Test now whether a page reaches somebody")
async def ask_for_proof(
    viewer: Caller,
    db: Db,
    person: Annotated[str | None, QueryParameter(description="Somebody else, for administrators.")] = None,
) -> wire.Asked:
    """By the way that needs it most; one tap on the message answers it. At most one in half a minute by each way."""
    name = person or viewer.name
    async with db.transaction() as tx:
        return wire.Asked(person=name, kind=await reachability.ask_now(tx, viewer, name))
