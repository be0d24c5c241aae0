"""Whether those who take over a schedule next are ready: each item with its remedy (ONC-6)."""

import msgspec
from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect, Response

from tocsin.insights import readiness
from tocsin.insights.readiness_model import Readiness
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenVisit
from tocsin.surfaces.web.visits import viewer_of

Name = FromPath[str]


class ReadinessView(msgspec.Struct, frozen=True, kw_only=True):
    """`has_probes`: the team has access probes that can be tried."""

    schedule: str
    people: tuple[Readiness, ...]
    has_probes: bool


@get("/oncall/{schedule:str}/readiness")
async def show_readiness(schedule: Name, visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """Of those who take over next."""
    async with db.connection() as conn:
        found = await readiness.check_schedule(conn, schedule, viewer_of(visit), visit.times.now)
    view = ReadinessView(
        schedule=schedule,
        people=tuple(found),
        has_probes=any(item.name.startswith("access to ") for each in found for item in each.items),
    )
    return pages.page("oncall/readiness.html", visit, view=view)


@post("/oncall/{schedule:str}/readiness/test")
async def send_test_page(schedule: Name, visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """A test page to the viewer; its link answers it."""
    async with db.transaction() as tx:
        await readiness.send_test_page(tx, viewer_of(visit).name, viewer_of(visit))
    return Redirect(f"/oncall/{schedule}/readiness", status_code=303)


@post("/oncall/{schedule:str}/readiness/probe")
async def try_probes(schedule: Name, visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """A worker tries the access probes of the team."""
    async with db.transaction() as tx:
        await readiness.ask_for_probes(tx, schedule, viewer_of(visit))
    return Redirect(f"/oncall/{schedule}/readiness", status_code=303)
