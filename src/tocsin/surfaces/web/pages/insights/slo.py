"""What services promise, what of their error budgets is used, and what follows (MET-5)."""

from datetime import timedelta

import msgspec
from litestar import get
from litestar.response import Response

from tocsin.catalog import service as catalog
from tocsin.catalog.slo import WORDS, SloPolicy, in_window
from tocsin.insights import slo
from tocsin.insights import slo_service as slos
from tocsin.insights.slo_model import Budget, Downtime, ServiceSlo
from tocsin.kernel.ids import incident_ref
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.incident_lines import incident_path
from tocsin.surfaces.web.visits import viewer_of


class BudgetsView(msgspec.Struct, frozen=True, kw_only=True):
    """`levels`: those whose incidents are downtime."""

    services: tuple[ServiceSlo, ...]
    policy: SloPolicy
    levels: tuple[str, ...]

    @property
    def consequences(self) -> list[str]:
        return [WORDS[each] for each in self.policy.exhausted]

    def used(self, budget: Budget) -> str:
        return slo.in_words(budget)

    def filled(self, budget: Budget) -> int:
        """Per cent of a bar; more than the whole cannot be drawn."""
        return min(round(budget.percent), 100)

    def minutes(self, span: timedelta) -> str:
        return slo.in_minutes(span)

    def window(self, service: ServiceSlo) -> str:
        return in_window(service.slo.window)

    def incident(self, downtime: Downtime) -> tuple[str, str]:
        """Its name and its address."""
        return incident_ref(downtime.number), incident_path(downtime.number)


@get("/insights/slo")
async def show_slos(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The service with most of its budget used first."""
    async with db.connection() as conn:
        found = await slos.list_slos(conn, viewer_of(visit), visit.times.now)
        policy = (await catalog.organisation(conn)).slo_policy
        levels = await slos.downtime_levels(conn)
    view = BudgetsView(services=tuple(found), policy=policy, levels=levels)
    return pages.page("insights/slo.html", visit, view=view)
