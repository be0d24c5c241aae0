"""The alerts behind an incident."""

from datetime import datetime

import msgspec

from tocsin.alerts import reading
from tocsin.alerts.model import Alert
from tocsin.incidents.alerts_of import list_groups
from tocsin.kernel.db import Conn
from tocsin.surfaces.web.pages.incidents.slots import RoomContext


class AlertView(msgspec.Struct, frozen=True, kw_only=True):
    """One alert of the incident. `url` is http or https, else empty: a source may send anything."""

    id: int
    title: str
    summary: str
    source: str
    url: str
    started_at: datetime
    ended_at: datetime | None
    reason: str
    labels: tuple[tuple[str, str], ...]


class AlertsView(msgspec.Struct, frozen=True):
    """Those that fire first."""

    alerts: tuple[AlertView, ...]


async def load(conn: Conn, room: RoomContext) -> AlertsView | None:
    """None where a person declared it and no alert came; with those of what is merged into it."""
    found: list[Alert] = []
    for group_id in await list_groups(conn, room.incident):
        found += await reading.list_group_alerts(conn, room.viewer, group_id)
    if not found:
        return None
    return AlertsView(tuple(alert_view(alert) for alert in sorted(found, key=lambda alert: alert.ended_at is not None)))


def alert_view(alert: Alert) -> AlertView:
    return AlertView(
        id=alert.id,
        title=alert.title,
        summary=alert.summary,
        source=alert.integration,
        url=alert.url if alert.url.startswith(("http://", "https://")) else "",
        started_at=alert.starts_at,
        ended_at=alert.ended_at,
        reason=alert.muted_reason or alert.reason,
        labels=tuple(sorted(alert.labels.items())),
    )
