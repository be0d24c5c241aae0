"""What a client reads: its integration's alerts, one of them, its notes, and what became of a request."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from tocsin.alerts import reading
from tocsin.alerts.model import Alert, State
from tocsin.alerts.notes import list_notes
from tocsin.integrations.sources.contract import Answer
from tocsin.integrations.sources.opsgenie.answers import found, refuse
from tocsin.integrations.sources.opsgenie.parse import OWN_LABELS, NotProcessable
from tocsin.surfaces.compat.opsgenie.call import Call, find_alert
from tocsin.surfaces.compat.opsgenie.queries import read_query, status_of, tags_of
from tocsin.surfaces.compat.opsgenie.receipts import Receipt, decode

NEWEST = 1000
"""Lists look at so many of the integration's newest alerts."""
_MAX_LIMIT = 100
_NO_EFFECT = "Tocsin does not do this for its clients: people and escalation are decided by its configuration"
_SORTS: dict[str, Callable[[Alert], Any]] = {
    "createdat": lambda alert: alert.received_at,
    "updatedat": lambda alert: alert.updated_at,
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
}


async def list_alerts(call: Call) -> Answer:
    alerts = _sorted(await _select(call), call.query)
    offset, limit = _number(call, "offset", 0, NEWEST), _number(call, "limit", 20, _MAX_LIMIT)
    page = alerts[offset : offset + limit]
    paging: dict[str, str] = {}
    if offset + limit < len(alerts):
        paging["next"] = "?" + urlencode({**call.query, "offset": offset + limit, "limit": limit})
    return found([shown(alert, call) for alert in page], paging=paging)


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
    return found(shown(alert, call) | more)


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
    return found(
        {
            "success": receipt.done,
            "action": receipt.action,
            "processedAt": _time(receipt.at),
            "integrationId": str(call.integration.id),
            "isSuccess": receipt.done,
            "status": _status(receipt, alert),
            "alertId": str(alert.id) if alert else "",
            "alias": alert.labels.get("alias", "") if alert else "",
        }
    )


def shown(alert: Alert, call: Call) -> dict[str, Any]:
    """An alert of a list. `id` and `tinyId` are the number that `tocsin alerts` shows."""
    responders = [name for name in alert.labels.get("responders", "").split(",") if name]
    return {
        "id": str(alert.id),
        "tinyId": str(alert.id),
        "alias": alert.labels.get("alias", ""),
        "message": alert.title,
        "status": status_of(alert),
        "acknowledged": alert.acknowledged_at is not None,
        "isSeen": alert.acknowledged_at is not None,
        "snoozed": False,
        "tags": tags_of(alert),
        "count": alert.repeat_count + 1,
        "createdAt": _time(alert.received_at),
        "updatedAt": _time(alert.updated_at),
        "lastOccurredAt": _time(alert.last_seen_at),
        "source": alert.labels.get("source", ""),
        "owner": "",
        "priority": alert.labels.get("priority", ""),
        "responders": [{"type": "team", "name": name} for name in responders],
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
    if receipt.done:
        return _DONE[receipt.action]
    if alert is None:
        return "Alert does not exist"
    return "Alert is not open" if receipt.action in _DONE else _NO_EFFECT


def _unknown(call: Call) -> Answer:
    return refuse(404, f"Alert not found with {call.query.get('identifierType', 'id')} [{call.identifier[:512]}]")


def _time(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond // 1000:03d}Z"
