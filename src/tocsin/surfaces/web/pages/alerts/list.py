"""The table that answers "where did it go, and why" for every alert."""

from datetime import datetime

import msgspec
from litestar import get
from litestar.response import Response
from msgspec.structs import replace

from tocsin.alerts import reading
from tocsin.alerts.model import Alert, Disposition, State
from tocsin.alerts.reading import AlertFilter
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident
from tocsin.kernel.errors import Invalid
from tocsin.kernel.ids import incident_ref
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.incident_lines import incident_path
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of

_A_PAGE = 50
_LABELS_SHOWN = 4

_FIRING = AlertFilter(state=State.FIRING)
_LISTS = {
    "": ("All", AlertFilter()),
    "firing": ("Firing", _FIRING),
    "held": ("Held", replace(_FIRING, disposition=Disposition.HELD)),
    "muted": ("Muted", replace(_FIRING, muted=True)),
    "dropped": ("Dropped", replace(_FIRING, disposition=Disposition.DROPPED)),
}

_STATES = {State.FIRING: "firing", State.RESOLVED: "over", State.STALE: "stale: not heard of any more"}


class AlertRow(msgspec.Struct, frozen=True, kw_only=True):
    """`incident_path` is empty where it led to none; `went` says then what became of it."""

    id: int
    title: str
    source: str
    labels: str
    state: str
    incident_ref: str
    incident_path: str
    went: str
    reason: str
    since: datetime


class AlertsView(msgspec.Struct, frozen=True, kw_only=True):
    """`next_before` is the cursor of the next page, `intake_url` where a Prometheus is to be pointed."""

    alerts: tuple[AlertRow, ...]
    state: str
    next_before: int | None
    intake_url: str
    filters: tuple[tuple[str, str], ...] = tuple((value, words) for value, (words, _) in _LISTS.items())


@get("/alerts")
async def list_alerts(
    request: AnyRequest, visit: GivenVisit, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """`state=` firing, held, muted or dropped; `before=` the id of the last one of the page before."""
    viewer, now = viewer_of(visit), visit.times.now
    state, before = request.query_params.get("state", ""), request.query_params.get("before", "")
    if state not in _LISTS or not _is_cursor(before):
        raise Invalid("There is no such list of alerts.", "Begin at /alerts.", field="state")
    async with db.connection() as conn:
        _, wanted = _LISTS[state]
        wanted = replace(wanted, before_id=int(before) if before else None, limit=_A_PAGE + 1)
        found = await reading.list_alerts(conn, viewer, wanted)
        shown = found[:_A_PAGE]
        groups = [alert.group_id for alert in shown if alert.group_id is not None]
        went_to = await incidents.list_incidents_of_groups(conn, viewer, groups)
    view = AlertsView(
        alerts=tuple(alert_row(alert, went_to.get(alert.group_id or 0), now) for alert in shown),
        state=state,
        next_before=shown[-1].id if len(found) > _A_PAGE else None,
        intake_url=f"{site.public_url}/api/v2/alerts",
    )
    return pages.page("alerts/list.html", visit, view=view)


def _is_cursor(text: str) -> bool:
    return not text or (text.isascii() and text.isdigit() and len(text) < 19)


def alert_row(alert: Alert, incident: Incident | None, now: datetime) -> AlertRow:
    named = [f"{name}={value}" for name, value in sorted(alert.labels.items()) if name != "alertname"]
    more = f", {len(named) - _LABELS_SHOWN} more" if len(named) > _LABELS_SHOWN else ""
    return AlertRow(
        id=alert.id,
        title=alert.title,
        source=alert.integration,
        labels=", ".join(named[:_LABELS_SHOWN]) + more,
        state=_STATES[alert.state_at(now)],
        incident_ref=incident_ref(incident.number) if incident else "",
        incident_path=incident_path(incident.number) if incident else "",
        went=_went(alert),
        reason=alert.muted_reason or alert.reason,
        since=alert.starts_at,
    )


def _went(alert: Alert) -> str:
    if alert.muted_reason and alert.group_id is None:
        return "muted"
    if alert.disposition is Disposition.ROUTED:
        return "waits to be grouped" if alert.group_id is None else "not for you to see"
    return alert.disposition.value
