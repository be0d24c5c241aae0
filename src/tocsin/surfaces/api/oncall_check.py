"""What the checker of schedules says, over HTTP."""

from datetime import timedelta
from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from tocsin.insights.wakes import list_wakes
from tocsin.oncall import checking
from tocsin.oncall.findings import Report
from tocsin.surfaces.api.callers import Db
from tocsin.surfaces.wire import oncall_check as wire

MOST_DAYS = 366

Schedule = Annotated[str | None, QueryParameter(description="Only what concerns this schedule.")]
Days = Annotated[int, QueryParameter(ge=1, le=MOST_DAYS, description="How far ahead, in days of 24 hours.")]


@get("/oncall/check", summary="What holds of the coming weeks of on-call, and what does not")
async def check(db: Db, schedule: Schedule = None, days: Days = 90) -> wire.Check:
    """Rule by rule, each proven until an instant or refuted with the exact times, people and a remedy. Every caller may
    know."""
    return wire.check(await _report(db, schedule, days))


@get("/oncall/gaps", summary="When nobody is on call")
async def gaps(db: Db, schedule: Schedule = None, days: Days = 90) -> wire.Gaps:
    """Or when nobody on call can be reached, in order of time. Gaps that a schedule's limits allow are none."""
    return wire.gaps(await _report(db, schedule, days))


async def _report(db: Db, schedule: str | None, days: int) -> Report:
    async with db.connection() as conn:
        now = db.clock.now()
        wakes = await list_wakes(conn, now)
        return await checking.report(conn, now, schedule=schedule, ahead=timedelta(days=days), wakes=wakes)
