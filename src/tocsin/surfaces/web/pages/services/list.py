"""All services with their owner, policy, dependencies, maintenance, error budgets and open incidents."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from litestar import get
from litestar.response import Response

from tocsin.alerts import maintenances
from tocsin.alerts.maintenance import Cover
from tocsin.catalog import service as catalog
from tocsin.catalog.model import Service
from tocsin.incidents import service as incidents
from tocsin.incidents.model import IncidentFilter
from tocsin.insights.slo import in_words
from tocsin.insights.slo_model import ServiceSlo
from tocsin.insights.slo_service import reckon_all
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenVisit
from tocsin.surfaces.web.incident_lines import IncidentLine, load_lines
from tocsin.surfaces.web.visits import viewer_of

_MOST_OPEN = 200


class ServiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """`needed_by` are the services that depend on it; `until` is the end of the maintenance under way."""

    name: str
    tier: int | None
    team: str
    policy: str
    depends_on: tuple[str, ...]
    needed_by: tuple[str, ...]
    incidents: tuple[IncidentLine, ...]
    until: datetime | None
    file: str
    budgets: tuple[str, ...]
    is_exhausted: bool

    @property
    def is_loud(self) -> bool:
        return any(incident.is_loud for incident in self.incidents)


class ServicesView(msgspec.Struct, frozen=True):
    services: tuple[ServiceRow, ...]


@get("/services")
async def list_services(visit: GivenVisit, pages: GivenPages, db: GivenDb) -> Response[str]:
    """The page: what needs a person first, then what burns, then by tier and name."""
    viewer, now = viewer_of(visit), visit.times.now
    async with db.connection() as conn:
        services = await catalog.list_services(conn)
        opened = await incidents.list_incidents(conn, viewer, IncidentFilter(open_only=True, limit=_MOST_OPEN))
        lines = await load_lines(conn, opened.incidents)
        covers = await maintenances.covers(conn, now)
        promised = {each.service: each for each in await reckon_all(conn, viewer.scopes, services, now)}
    burning: dict[str, list[IncidentLine]] = {}
    for incident, line in zip(opened.incidents, lines, strict=True):
        for name in incident.services:
            burning.setdefault(name, []).append(line)
    rows = [
        service_row(service, services, burning.get(service.name, ()), covers, promised.get(service.name))
        for service in services
    ]
    rows.sort(key=lambda row: (not row.is_loud, not row.incidents, row.tier is None, row.tier, row.name))
    return pages.page("services/list.html", visit, view=ServicesView(tuple(rows)))


def service_row(
    service: Service,
    services: Sequence[Service],
    burning: Sequence[IncidentLine],
    covers: Mapping[str, Cover],
    promised: ServiceSlo | None,
) -> ServiceRow:
    cover = covers.get(service.name)
    return ServiceRow(
        name=service.name,
        tier=service.tier,
        team=service.team or "",
        policy=service.escalation_policy or "",
        depends_on=service.depends_on,
        needed_by=tuple(other.name for other in services if service.name in other.depends_on),
        incidents=tuple(burning),
        until=cover.until if cover else None,
        file=service.managed_by or "",
        budgets=tuple(f"{each.words}: {in_words(each)}" for each in promised.budgets) if promised else (),
        is_exhausted=promised is not None and promised.is_exhausted,
    )
