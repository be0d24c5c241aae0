"""What a client reads: its integration's alerts, one of them, its notes, and what became of a request."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from tocsin.alerts import reading
from tocsin.alerts.model import Alert, State
from tocsin.alerts.notes import list_notes
from tocsin.incidents import service as incidents
from tocsin.integrations.sources.contract import Answer
from tocsin.integrations.sources.opsgenie.answers import found, refuse
from tocsin.integrations.sources.opsgenie.parse import OWN_LABELS, NotProcessable
from tocsin.paging import snoozing
from tocsin.surfaces.compat.opsgenie.call import Call, find_alert
from tocsin.surfaces.compat.opsgenie.queries import read_query, status_of, tags_of
from tocsin.surfaces.compat.opsgenie.receipts import Outcome, Receipt, decode

NEWEST = 1000
"""Lists look at so many of the integration's newest alerts."""
_MAX_LIMIT = 100
_NO_EFFECT = "Taken without effect: what this action does was configured in Opsgenie, and Tocsin does not know it"
_NO_INCIDENT = "Nobody is called for this alert: no incident of Tocsin is open for it"
_SORTS: dict[str, Callable[[Alert], Any]] = {
    "createdat": lambda alert: alert.received_at,
    "updatedat": lambda alert: _changed_at(alert),
    "lastoccurredat": lambda alert: alert.last_seen_at,
    "tinyid": lambda alert: alert.id,
}
_DONE = {
    "Create": "Created alert",
    "Close": "Closed alert",
    "Delete": "Closed alert",
    "Acknowledge": "Acknowledged alert",
    "AddNote": "Added note",
    "UpdateMessage": "Updated message",
    "UpdateDescription": "Updated description",
    "UpdatePriority": "Updated priority",
    "Unacknowledge": "Unacknowledged alert",
    "Snooze": "Snoozed alert",
    "Assign": "Assigned alert",
    "Escalate": "Called the next step of the escalation",
    "AddResponder": "Added responder",
    "AddTags": "Added tags",
    "RemoveTags": "Removed tags",
    "AddDetails": "Added details",
    "RemoveDetails": "Removed details",
}


async def list_alerts(call: Call) -> Answer:
    alerts = _sorted(await _select(call), call.query)
    offset, limit = _number(call, "offset", 0, NEWEST), _number(call, "limit", 20, _MAX_LIMIT)
    page = alerts[offset : offset + limit]
    paging: dict[str, str] = {}
    if offset + limit < len(alerts):
        paging["next"] = "?" + urlencode({**call.query, "offset": offset + limit, "limit": limit})
    held = await _list_held(call, page)
    return found([shown(alert, call, held) for alert in page], paging=paging)


async def count_alerts(call: Call) -> Answer:
    return found({"count": len(await _select(call))})


async def get_alert(call: Call) -> Answer:
    alert = await find_alert(call)
    if alert is None:
        return _unknown(call)
    more: dict[str, Any] = {
        "entity": alert.labels.get("entity", ""),
        "description": alert.annotations.get("description", ""),
        "details": {name: value for name, value in alert.labels.items() if name not in OWN_LABELS},
        "actions": [],
    }
    return found(shown(alert, call, await _list_held(call, [alert])) | more)


async def get_notes(call: Call) -> Answer:
    alert = await find_alert(call)
    if alert is None:
        return _unknown(call)
    async with call.db.connection() as conn:
        notes = await list_notes(conn, alert.id)
    told = [
        {"note": note.data["text"], "owner": note.actor, "createdAt": _time(note.at), "offset": str(note.id)}
        for note in reversed(notes)
    ]
    return found(told, paging={})


async def get_request(call: Call) -> Answer:
    """What became of a request, by the id that it was answered with."""
    receipt = decode(call.identifier)
    if receipt is None:
        return refuse(404, "Request not found. It might not be processed, yet.")
    alert = None
    if receipt.alert_id:
        async with call.db.connection() as conn:
            alert = await reading.find_alert(conn, call.scopes, receipt.alert_id)
    if alert is not None and alert.integration_id != call.integration.id:
        return refuse(404, "Request not found. It might not be processed, yet.")
    done = receipt.outcome is Outcome.DONE
    return found(
        {
            "success": done,
            "action": receipt.action,
            "processedAt": _time(receipt.at),
            "integrationId": str(call.integration.id),
            "isSuccess": done,
            "status": _status(receipt, alert),
            "alertId": str(alert.id) if alert else "",
            "alias": alert.labels.get("alias", "") if alert else "",
        }
    )


class Held(NamedTuple):
    """Who has the incident of an alert, and until when they want quiet."""

    owner: str
    quiet_until: datetime | None


async def _list_held(call: Call, alerts: Sequence[Alert]) -> dict[int, Held]:
    """By alert group, of those that somebody has. A private incident is none for a client."""
    groups = [alert.group_id for alert in alerts if alert.group_id is not None]
    async with call.db.connection() as conn:
        found = await incidents.list_incidents_of_groups(conn, call.scopes, groups)
        quiet = await snoozing.list_quiet(conn, [incident.id for incident in found.values() if incident.is_open])
    return {
        group_id: Held(incident.acknowledged_by.removeprefix("@"), quiet.get(incident.id))
        for group_id, incident in found.items()
        if incident.acknowledged_by is not None
    }


def shown(alert: Alert, call: Call, held: Mapping[int, Held]) -> dict[str, Any]:
    """An alert of a list. `id` and `tinyId` are the number that `tocsin alerts` shows."""
    holder = held.get(alert.group_id or 0, Held("", None))
    snoozed = {"snoozedUntil": _time(holder.quiet_until)} if holder.quiet_until is not None else {}
    responders = [name for name in alert.labels.get("responders", "").split(",") if name]
    return {
        "id": str(alert.id),
        "tinyId": str(alert.id),
        "alias": alert.labels.get("alias", ""),
        "message": alert.title,
        "status": status_of(alert),
        "acknowledged": alert.acknowledged_at is not None,
        "isSeen": alert.acknowledged_at is not None,
        "snoozed": bool(snoozed),
        **snoozed,
        "tags": tags_of(alert),
        "count": alert.repeat_count + 1,
        "createdAt": _time(alert.received_at),
        "updatedAt": _time(_changed_at(alert)),
        "lastOccurredAt": _time(alert.last_seen_at),
        "source": alert.labels.get("source", ""),
        "owner": holder.owner,
        "priority": alert.labels.get("priority", ""),
        # The SDK of Opsgenie refuses an answer in which one has no id; what is sent back by it finds the same name.
        "responders": [{"type": "team", "id": name, "name": name} for name in responders],
        "integration": {"id": str(call.integration.id), "name": call.integration.name, "type": "API"},
    }


async def _select(call: Call) -> list[Alert]:
    conditions = read_query(call.query.get("query", ""))
    only_open = any(each[:2] == ("status", "open") and not each.is_negated for each in conditions)
    state = State.FIRING if only_open else None
    async with call.db.connection() as conn:
        alerts = await reading.list_of_integration(conn, call.scopes, call.integration.name, state, NEWEST)
    return [alert for alert in alerts if all(condition.holds(alert) for condition in conditions)]


def _sorted(alerts: Sequence[Alert], query: dict[str, str]) -> list[Alert]:
    key = _SORTS.get(query.get("sort", "createdAt").lower(), _SORTS["createdat"])
    return sorted(alerts, key=key, reverse=query.get("order", "desc").lower() != "asc")


def _number(call: Call, name: str, default: int, at_most: int) -> int:
    text = call.query.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise NotProcessable(name, f"{name.capitalize()} should be a number from 0 to {at_most}.")
    return min(int(text), at_most)


def _status(receipt: Receipt, alert: Alert | None) -> str:
    if receipt.outcome is Outcome.DONE:
        return _DONE[receipt.action]
    if alert is None:
        return "Alert does not exist"
    if receipt.outcome is Outcome.NO_INCIDENT:
        return _NO_INCIDENT
    return "Alert is not open" if receipt.action in _DONE else _NO_EFFECT


def _changed_at(alert: Alert) -> datetime:
    """By its source, or by its end, of which the source may not have spoken."""
    return max(alert.updated_at, alert.ended_at or alert.updated_at)


def _unknown(call: Call) -> Answer:
    return refuse(404, f"Alert not found with {call.query.get('identifierType', 'id')} [{call.identifier[:512]}]")


def _time(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"
