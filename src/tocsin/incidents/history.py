"""What people did to the incidents of alerts, oldest first, for who wants to play it again."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.alerts.history import Named, name_groups
from tocsin.incidents import store
from tocsin.kernel.db import Conn
from tocsin.kernel.ledger import LedgerEntry, list_acts

DEEDS = {"IncidentAcknowledged": "acknowledged", "IncidentResolved": "resolved"}
"""What ends a climb; anything else that a person does is a sign of work. What programs did follows from the alerts."""

MOST = 50_000


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what when, to the incident of this alert."""

    at: datetime
    deed: str
    by: str
    via: str
    reason: str
    alert: Named


async def list_deeds(conn: Conn, scopes: Sequence[int], *, since: datetime, until: datetime) -> list[Deed]:
    """From `since` to `until`, both included; incidents that no alert declared cannot be found again: left out."""
    entries = await list_acts(conn, "incident/", since=since, until=until, scopes=scopes, limit=MOST)
    groups = await store.list_groups_of(conn, sorted({entry.data["incident_id"] for entry in entries}))
    names = await name_groups(conn, sorted(set(groups.values())))
    return [
        _deed(entry, names[groups[entry.data["incident_id"]]])
        for entry in entries
        if groups.get(entry.data["incident_id"]) in names
    ]


def _deed(entry: LedgerEntry, alert: Named) -> Deed:
    return Deed(
        at=entry.at,
        deed=DEEDS.get(entry.kind, "acted"),
        by=entry.actor,
        via=str(entry.data.get("via", "")),
        reason=str(entry.data.get("reason", "")),
        alert=alert,
    )
