"""Error budgets over HTTP, and the gate that deployments ask (MET-5)."""

from typing import Annotated

from litestar import get
from litestar.params import FromPath, QueryParameter

from tocsin.catalog import service as catalog
from tocsin.insights import slo_service as slos
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.wire import slo as wire


@get("/slos", summary="What services promise, and what of their error budgets is used")
async def list_slos(viewer: Caller, db: Db) -> wire.SloList:
    """The service with most of its budget used first."""
    async with db.connection() as conn:
        found = await slos.list_slos(conn, viewer, db.clock.now())
        policy = (await catalog.organisation(conn)).slo_policy
        return wire.slo_list(found, policy, await slos.downtime_levels(conn))


@get("/services/{name:str}/slo", summary="A service's error budgets")
async def show_slo(name: FromPath[str], viewer: Caller, db: Db) -> wire.Slo:
    """With the incidents that used them, of those that the caller sees."""
    async with db.connection() as conn:
        found = await slos.read_slo(conn, viewer, name, db.clock.now())
        return wire.slo(found, (await catalog.organisation(conn)).slo_policy)


@get("/services/{name:str}/deploy-gate", summary="Whether a deployment may go out now")
async def ask_gate(
    name: FromPath[str],
    viewer: Caller,
    db: Db,
    critical: Annotated[bool, QueryParameter(description="Whether it is one that cannot wait.")] = False,
) -> wire.Gate:
    """200 in either case; `allowed` says it. While a budget is used up only critical deployments may."""
    async with db.connection() as conn:
        return wire.gate(await slos.ask_gate(conn, viewer, name, db.clock.now(), is_critical=critical))
