"""One heartbeat: how it stands, whom its silence calls, the address to ask for, and when it was silent before."""

from datetime import datetime
from urllib.parse import urlencode

import msgspec
from litestar import get
from litestar.params import FromPath
from litestar.response import Response

from tocsin.accounts.model import Permission, Viewer
from tocsin.alerts import heartbeat_service, reading
from tocsin.alerts.heartbeats import Heartbeat
from tocsin.alerts.model import Alert, Disposition, Routed, Urgency
from tocsin.catalog import service as catalog
from tocsin.kernel.db import Conn
from tocsin.surfaces.web.given import GivenDb, GivenPages, GivenSite, GivenVisit
from tocsin.surfaces.web.pages.alerts.lines import STATES, alert_path
from tocsin.surfaces.web.pages.heartbeats.lines import HeartbeatLine, heartbeat_line
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.spans import LENGTHS, UNTIL
from tocsin.surfaces.web.visits import viewer_of

SHOWN = 20
"""Of its alerts, the latest."""

_NOT_ROUTED = {Disposition.HELD: "Its silence is held by a route", Disposition.DROPPED: "Its silence is dropped"}


class GoesTo(msgspec.Struct, frozen=True, kw_only=True):
    """Where its silence would go now. `policy` is empty where only the organisation's one policy can be meant, and
    where nobody is called."""

    words: str
    why: str
    policy: str = ""
    is_quiet: bool = False


class AlarmView(msgspec.Struct, frozen=True, kw_only=True):
    """A time for which it was silent, or a run that failed."""

    path: str
    title: str
    state: str
    since: datetime
    until: datetime | None


class HeartbeatView(msgspec.Struct, frozen=True, kw_only=True):
    """`address` has the word KEY where the key belongs: only its hash is kept. The paths are empty for whoever may not
    silence."""

    line: HeartbeatLine
    severity: str
    file: str
    started_at: datetime | None
    goes_to: GoesTo
    address: str
    alarms: tuple[AlarmView, ...]
    silence_path: str
    maintenance_path: str
    paused_by: str
    paused_why: str
    lengths: tuple[tuple[str, str], ...] = tuple(each for each in LENGTHS if each[0] != UNTIL)


class PauseForm(msgspec.Struct, frozen=True, kw_only=True):
    """As it was typed."""

    length: str = "2h"
    reason: str = ""


@get("/heartbeats/{name:str}")
async def show_heartbeat(
    name: FromPath[str], visit: GivenVisit, pages: GivenPages, db: GivenDb, site: GivenSite
) -> Response[str]:
    """The page. A heartbeat that this viewer may not know of does not exist."""
    async with db.connection() as conn:
        view = await load_view(conn, visit, name, site.public_url)
    return pages.page("heartbeats/show.html", visit, view=view, typed=PauseForm())


async def load_view(conn: Conn, visit: Visit, name: str, public_url: str) -> HeartbeatView:
    """Raises NotFound."""
    viewer, now = viewer_of(visit), visit.times.now
    heartbeat = await heartbeat_service.get_heartbeat(conn, viewer, name, now)
    routed = await heartbeat_service.route_of(conn, heartbeat, now)
    service = await catalog.find_service(conn, routed.service) if routed.service else None
    alarms = await reading.list_of_integration(conn, viewer.scopes, heartbeat.name, None, SHOWN)
    policy = routed.policy or (service.escalation_policy if service else None) or ""
    return heartbeat_page(heartbeat, goes_to(routed, policy), alarms, viewer, public_url)


def heartbeat_page(
    heartbeat: Heartbeat, goes: GoesTo, alarms: list[Alert], viewer: Viewer, public_url: str
) -> HeartbeatView:
    may_silence = viewer.may(Permission.SILENCE)
    silence = urlencode({"match": f'heartbeat="{heartbeat.name}"'})
    maintenance = urlencode({"service": heartbeat.service or ""})
    return HeartbeatView(
        line=heartbeat_line(heartbeat),
        severity=heartbeat.options.severity,
        file=heartbeat.managed_by or "",
        started_at=heartbeat.standing.started_at,
        goes_to=goes,
        address=f"{public_url}/heartbeat/KEY",
        alarms=tuple(_alarm(each) for each in alarms),
        silence_path=f"/silences/new?{silence}" if may_silence else "",
        maintenance_path=f"/maintenance/new?{maintenance}" if may_silence and heartbeat.service else "",
        paused_by=heartbeat.standing.paused_by,
        paused_why=heartbeat.standing.paused_why,
    )


def goes_to(routed: Routed, policy: str) -> GoesTo:
    """In words that stand before the name of the policy, where one is called by."""
    if routed.disposition is not Disposition.ROUTED:
        return GoesTo(words=f"{_NOT_ROUTED[routed.disposition]}: nobody is called.", why=routed.reason, is_quiet=True)
    of = f" of {routed.service}" if routed.service else ""
    if routed.urgency is Urgency.LOW:
        return GoesTo(
            words=f"Its silence is an incident{of} of low urgency: nobody is woken. Told by policy",
            why=routed.reason,
            policy=policy,
            is_quiet=True,
        )
    return GoesTo(words=f"Its silence is an incident{of}, and pages by policy", why=routed.reason, policy=policy)


def _alarm(alert: Alert) -> AlarmView:
    return AlarmView(
        path=alert_path(alert.id),
        title=alert.title,
        state=STATES[alert.state],
        since=alert.received_at,
        until=alert.ended_at,
    )
