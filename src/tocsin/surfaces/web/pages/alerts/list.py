"""The table that answers "where did it go, and why" for every alert."""

from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec
from litestar import get
from litestar.response import Response

from tocsin.alerts.model import State
from tocsin.catalog import service as catalog
from tocsin.incidents import service as incidents
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.pages.alerts.lines import HEADINGS, STATES, AlertRow, alert_row
from tocsin.surfaces.web.pages.alerts.search import LOOKED_THROUGH, Found, find_alerts, read_search
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of

_SIFTED_BY = ("state", "service", "match")


class WayView(msgspec.Struct, frozen=True, kw_only=True):
    """One way that alerts went, how many did, and the address of those."""

    words: str
    count: int
    path: str
    is_shown: bool


class AlertsView(msgspec.Struct, frozen=True, kw_only=True):
    """`counted` says over what the numbers of `ways` count; `older` is the address of the next page, or empty."""

    alerts: tuple[AlertRow, ...]
    ways: tuple[WayView, ...]
    counted: str
    asked: dict[str, str]
    services: tuple[str, ...]
    older: str
    is_sifted: bool
    intake_url: str
    states: tuple[tuple[str, str], ...] = tuple((state.value, STATES[state]) for state in State)


@get("/alerts")
async def list_alerts(
    request: AnyRequest, visit: GivenVisit, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """`went=` one of `Outcome`, `state=`, `service=`, `match=` matchers; `before=` the last id of the page before."""
    viewer, now = viewer_of(visit), visit.times.now
    search = read_search(request.query_params)
    asked = {name: request.query_params.get(name, "") for name in (*_SIFTED_BY, "went", "before")}
    async with db.connection() as conn:
        found = await find_alerts(conn, viewer, search, now)
        groups = [alert.group_id for alert in found.alerts if alert.group_id is not None]
        went_to = await incidents.list_incidents_of_groups(conn, viewer.scopes, groups)
        services = tuple(service.name for service in await catalog.list_services(conn))
    view = AlertsView(
        alerts=tuple(alert_row(alert, went_to.get(alert.group_id or 0), now) for alert in found.alerts),
        ways=_ways(found, asked),
        counted=_counted(found),
        asked=asked,
        services=services,
        older=_address(asked, before=str(found.next_before)) if found.next_before else "",
        is_sifted=any(asked.values()),
        intake_url=f"{site.public_url}/api/v2/alerts",
    )
    return pages.page("alerts/list.html", visit, view=view)


def _ways(found: Found, asked: Mapping[str, str]) -> tuple[WayView, ...]:
    """All of them, then each way that some went; the one that is asked for also when none went it."""
    everything = WayView(
        words="All",
        count=sum(found.counts.values()),
        path=_address(asked, went="", before=""),
        is_shown=not asked["went"],
    )
    each = (
        WayView(
            words=words,
            count=found.counts.get(outcome, 0),
            path=_address(asked, went=outcome.value, before=""),
            is_shown=asked["went"] == outcome,
        )
        for outcome, words in HEADINGS.items()
        if outcome in found.counts or asked["went"] == outcome
    )
    return (everything, *each)


def _counted(found: Found) -> str:
    if found.looked_through < LOOKED_THROUGH:
        return ""
    return f"Counted among the latest {LOOKED_THROUGH:,} alerts; older ones are behind “Older”."


def _address(asked: Mapping[str, str], **changed: str) -> str:
    query = urlencode({name: value for name, value in {**asked, **changed}.items() if value})
    return f"/alerts?{query}" if query else "/alerts"
