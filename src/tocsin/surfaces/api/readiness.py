"""Readiness over HTTP: whether those who are on call next can be reached and can work (ONC-6)."""

from typing import Annotated

from litestar import get, post
from litestar.params import FromPath, QueryParameter

from tocsin.insights import readiness
from tocsin.surfaces.api.callers import Caller, Db
from tocsin.surfaces.wire import readiness as wire

Person = Annotated[str | None, QueryParameter(description="Somebody else than the caller.")]


@get("/readiness", summary="Whether a person is ready for their next shifts")
async def show_readiness(viewer: Caller, db: Db, person: Person = None) -> wire.ReadinessList:
    """One's own, or that of somebody with whom the caller shares a schedule or whose team they lead."""
    async with db.connection() as conn:
        found = await readiness.check_own(conn, person or viewer.name, viewer, db.clock.now())
    return wire.readiness(found)


@get("/oncall/{schedule:str}/readiness", summary="Whether those who take over next are ready")
async def show_schedule_readiness(schedule: FromPath[str], viewer: Caller, db: Db) -> wire.ReadinessList:
    """Contacts answered by within 30 days, a test page answered, access probes, and what there is to read."""
    async with db.connection() as conn:
        return wire.readiness(await readiness.check_schedule(conn, schedule, viewer, db.clock.now()))


@post("/readiness/test", status_code=202, summary="Send a test page")
async def send_test_page(viewer: Caller, db: Db, person: Person = None) -> wire.SentTestPage:
    """To the caller, as a real page comes; its link answers it. For somebody else by administrators only."""
    async with db.transaction() as tx:
        await readiness.send_test_page(tx, person or viewer.name, viewer)
    return wire.SentTestPage(person=person or viewer.name)


@post("/oncall/{schedule:str}/readiness/probe", status_code=202, summary="Try the access probes now")
async def ask_for_probes(schedule: FromPath[str], viewer: Caller, db: Db) -> wire.AskedProbes:
    """A worker tries those of the schedule's team."""
    async with db.transaction() as tx:
        return wire.AskedProbes(probes=await readiness.ask_for_probes(tx, schedule, viewer))
