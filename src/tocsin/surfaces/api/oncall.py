"""Who is on call over HTTP."""

from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from tocsin.insights import reachability
from tocsin.oncall import service as oncall
from tocsin.surfaces.api.callers import Db
from tocsin.surfaces.api.parsing import as_utc
from tocsin.surfaces.wire import oncall as wire


@get("/oncall", summary="Who is on call")
async def on_call(
    db: Db,
    at: Annotated[datetime | None, QueryParameter(description="At this instant; absent: now.")] = None,
    schedule: Annotated[str | None, QueryParameter(description="Only this schedule.")] = None,
) -> wire.OnCallList:
    """With the reason, until when, and who is next. Every caller may know whom to call."""
    asked = as_utc(at, "at") if at is not None else db.clock.now()
    async with db.connection() as conn:
        if schedule is None:
            found = await oncall.list_on_call(conn, asked)
        else:
            found = [oncall.on_call_of(await oncall.get_schedule(conn, schedule, asked), asked)]
        doubts = await reachability.doubts_soon(conn, found, db.clock.now())
    return wire.on_call_list(found, doubts, asked)
