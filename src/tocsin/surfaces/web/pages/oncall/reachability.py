"""Whether pages would reach people: each person and way with its state, since when, and a test at once (PAG-3)."""

import msgspec
from litestar import get, post
from litestar.response import Redirect, Response

from tocsin.accounts.model import Permission
from tocsin.insights import reachability
from tocsin.insights.reachability_model import Reach
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.visits import viewer_of

PATH = "/oncall/reachability"


class ReachabilityView(msgspec.Struct, frozen=True, kw_only=True):
    """`people`: those in doubt first. `every`: days between two tests of a way, 0: they are not tested by schedule.
    `may_ask_all`: the viewer may have everybody tested, others only themselves."""

    people: tuple[Reach, ...]
    unproven: int
    every: int
    may_ask_all: bool


@get(PATH)
async def show_reachability(visit: GivenVisit, pages: GivenPages, db: GivenDb, site: GivenSite) -> Response[str]:
    """The people of the viewer's teams and schedules; managers see all."""
    async with db.connection() as conn:
        found = await reachability.read_reach(conn, viewer_of(visit), site.test_every, visit.times.now)
    view = ReachabilityView(
        people=tuple(sorted(found, key=lambda each: each.doubt is None)),
        unproven=sum(each.doubt is not None for each in found),
        every=site.test_every.days if site.test_every is not None else 0,
        may_ask_all=viewer_of(visit).may(Permission.ADMINISTER),
    )
    return pages.page("oncall/reachability.html", visit, view=view)


@post(PATH)
async def ask_for_proof(visit: GivenVisit, form: GivenForm, db: GivenDb) -> Redirect:
    """One test, by the way of the person that needs it most."""
    viewer = viewer_of(visit)
    async with db.transaction() as tx:
        await reachability.ask_now(tx, viewer, form.get("person", viewer.name))
    return Redirect(PATH, status_code=303)
