"""The groups of alerts behind an incident: its own, and those that came with what is merged into it (LIF-6)."""

from collections.abc import Sequence

from tocsin.alerts.reading import find_group
from tocsin.incidents import store
from tocsin.incidents.model import Incident
from tocsin.kernel.db import Conn


async def list_groups(conn: Conn, incident: Incident) -> Sequence[int]:
    """Its own first."""
    together = (incident, *await store.list_merged(conn, incident.id))
    return [each.alert_group_id for each in together if each.alert_group_id is not None]


async def is_any_firing(conn: Conn, incident: Incident, *, but: int | None = None) -> bool:
    """Whether a group is neither clear nor closed; `but` leaves one out."""
    for group_id in await list_groups(conn, incident):
        group = await find_group(conn, group_id) if group_id != but else None
        if group is not None and group.cleared_at is None and group.closed_at is None:
            return True
    return False


async def count_alerts(conn: Conn, incident: Incident) -> int:
    """How many its own group has swallowed; none where a person declared it."""
    group = await find_group(conn, incident.alert_group_id) if incident.alert_group_id is not None else None
    return group.alert_count if group is not None else 0
