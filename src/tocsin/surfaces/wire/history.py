"""A recorded history on the wire and as lines of a file: alerts as they came, and what people did."""

import msgspec

from tocsin.alerts.history import Period
from tocsin.incidents.history import Deed
from tocsin.simulation.model import Did, Heard


class HistoryPage(msgspec.Struct, kw_only=True):
    """`alerts` in the order in which they came; `deeds` of the whole time, with the first page only."""

    alerts: list[Heard]
    deeds: list[Did]
    next_cursor: str | None


def heard(period: Period) -> Heard:
    return Heard(
        at=period.received_at,
        integration=period.integration,
        labels=period.labels,
        identity=period.identity.hex,
        title=period.title,
        severity=period.severity_hint,
        group=period.group_key.hex if period.group_key else "",
        starts_at=period.starts_at,
        ended_at=period.ended_at,
        stale=period.ended_by == "stale",
    )


def did(deed: Deed) -> Did:
    return Did(
        at=deed.at,
        deed=deed.deed,
        by=deed.by,
        via=deed.via,
        reason=deed.reason,
        integration=deed.alert.integration,
        identity=deed.alert.identity.hex,
    )
