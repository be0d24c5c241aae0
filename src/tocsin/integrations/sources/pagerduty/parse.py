"""PagerDuty Events API v2, `/v2/enqueue` and `/v2/change/enqueue` → signals, with that API's answers (contracts 1.3).

The key is in the body. Events carry no order of their own – `timestamp` is when something happened, not when it was
said –
so a trigger after a resolve always opens anew, and a resolve always ends what fires.
"""

import uuid
from datetime import datetime
from typing import Any, cast

import msgspec

from tocsin.alerts.model import ChangeSignal, Says, Signal, identity_of_key
from tocsin.integrations.sources.contract import (
    Answer,
    Delivered,
    Parsed,
    find_unstorable,
    instant,
    is_suspect,
    json_answer,
    one_line,
    web_url,
)

_ACTIONS = {"trigger": Says.FIRING, "acknowledge": Says.ACKNOWLEDGED, "resolve": Says.RESOLVED}
_SEVERITIES = ("critical", "warning", "error", "info")
_KEY_LENGTH = 32
_MAX_DEDUP_KEY = 255
_THROTTLED = "Requests for this service are arriving too quickly.  Please retry later."


def parse(delivered: Delivered) -> Parsed:
    """An event. Without `dedup_key` a trigger gets a fresh one, which the answer tells."""
    event, errors = _read(delivered)
    errors = errors or [*check_key(event), *check_event(event)]
    if errors:
        return Parsed(answer=invalid(errors), key=_text(event, "routing_key"))
    dedup_key = _text(event, "dedup_key") or uuid.uuid4().hex
    said = {"status": "success", "message": "Event processed", "dedup_key": dedup_key}
    return Parsed(signals=[_signal(event, dedup_key)], answer=json_answer(202, said), key=_text(event, "routing_key"))


def parse_change(delivered: Delivered) -> Parsed:
    """A change event: kept as evidence, opens nothing."""
    event, errors = _read(delivered)
    payload = _object(event, "payload")
    errors = errors or check_key(event)
    if not errors and not _text(payload, "summary"):
        errors = ["'payload.summary' is missing or blank"]
    if errors:
        return Parsed(answer=invalid(errors), key=_text(event, "routing_key"))
    change = ChangeSignal(
        summary=_text(payload, "summary")[:1024],
        source=_text(payload, "source"),
        at=_instant_of(payload.get("timestamp")),
        details=_object(payload, "custom_details"),
        links=tuple(_links(event)),
    )
    answer = json_answer(202, {"status": "success", "message": "Change event processed"})
    return Parsed(changes=[change], answer=answer, key=_text(event, "routing_key"))


def check_key(event: dict[str, Any]) -> list[str]:
    key = _text(event, "routing_key")
    if not key:
        return ["'routing_key' is missing or blank"]
    if len(key) != _KEY_LENGTH:
        return [f"Length of 'routing_key' is incorrect (should be {_KEY_LENGTH} characters)"]
    return []


def check_event(event: dict[str, Any]) -> list[str]:
    """Every complaint at once, as PagerDuty lists them."""
    errors: list[str] = []
    action = _text(event, "event_action")
    if not action:
        errors.append("'event_action' is missing or blank")
    elif action not in _ACTIONS:
        errors.append("'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')")
    dedup_key = event.get("dedup_key")
    if dedup_key is not None and not isinstance(dedup_key, str):
        errors.append("'dedup_key' is invalid (must be a string)")
    elif dedup_key and len(dedup_key) > _MAX_DEDUP_KEY:
        errors.append(f"Length of 'dedup_key' is incorrect (should be no more than {_MAX_DEDUP_KEY} characters)")
    elif not dedup_key and action in ("acknowledge", "resolve"):
        errors.append("'dedup_key' is missing or blank")
    return errors + (_check_payload(event) if action == "trigger" else [])


def _check_payload(event: dict[str, Any]) -> list[str]:
    if not isinstance(event.get("payload"), dict):
        return ["'payload' is missing or blank"]
    payload = _object(event, "payload")
    errors = [f"'payload.{name}' is missing or blank" for name in ("summary", "source") if not _text(payload, name)]
    if not _text(payload, "severity"):
        errors.append("'payload.severity' is missing or blank")
    elif payload["severity"] not in _SEVERITIES:
        errors.append(
            "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')"
        )
    return errors


def _signal(event: dict[str, Any], dedup_key: str) -> Signal:
    payload = _object(event, "payload")
    names = ("source", "severity", "component", "group", "class")
    labels = {name: value for name in names if (value := _text(payload, name))}
    links = _links(event)
    details = {name: event[name] for name in ("client", "images", "links") if event.get(name)}
    details |= {name: payload[name] for name in ("custom_details", "timestamp") if payload.get(name)}
    return Signal(
        identity=identity_of_key(dedup_key),
        says=_ACTIONS[_text(event, "event_action")],
        labels={**labels, "dedup_key": dedup_key},
        title=one_line(_text(payload, "summary")) or one_line(dedup_key),
        summary=_text(payload, "summary")[:1024],
        url=web_url(_text(event, "client_url")) or next(iter(links), ""),
        severity_hint=labels.get("severity", ""),
        group_hint=dedup_key,
        details=details,
        by=_text(event, "client"),
    )


def _read(delivered: Delivered) -> tuple[dict[str, Any], list[str]]:
    """The event with its key, which some clients send as a header only."""
    try:
        event: Any = msgspec.json.decode(delivered.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}, ["The body is not valid JSON"]
    if not isinstance(event, dict):
        return {}, ["The body must be a JSON object"]
    fields = cast("dict[str, Any]", event)
    if delivered.key and "routing_key" not in fields:
        fields["routing_key"] = delivered.key
    unstorable = find_unstorable(fields) if is_suspect(delivered.body) else None
    return fields, [unstorable] if unstorable else []


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _object(fields: dict[str, Any], name: str) -> dict[str, Any]:
    value = fields.get(name)
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _links(event: dict[str, Any]) -> list[str]:
    links = event.get("links")
    entries = cast("list[Any]", links) if isinstance(links, list) else []
    hrefs = (cast("dict[str, Any]", entry).get("href") for entry in entries if isinstance(entry, dict))
    return [url for href in hrefs if isinstance(href, str) and (url := web_url(href))]


def _instant_of(value: Any) -> datetime | None:
    try:
        return instant(msgspec.convert(value, datetime | None))
    except msgspec.ValidationError:
        return None


def invalid(errors: list[str]) -> Answer:
    return json_answer(400, {"status": "invalid event", "message": "Event object is invalid", "errors": errors})


def refuse(status: int, message: str) -> Answer:
    """A refusal of the transport. An unknown key is a 400 here: Python clients take 401 for good, Alertmanager
    shows the errors."""
    if status == 429:
        return json_answer(429, {"status": "throttle exceeded", "message": _THROTTLED})
    if status == 401:
        return invalid(["routing_key is invalid", message])
    return json_answer(status, {"status": "invalid event", "message": message, "errors": [message]})
