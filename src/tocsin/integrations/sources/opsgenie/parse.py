"""The body of "create alert" → a signal (contracts 1.5). One open alert an alias: the same again is a resend.

Longer texts than Opsgenie takes are cut, never refused: an alert must not be lost for its length.
"""

from typing import Any, NamedTuple, cast
from uuid import uuid4

import msgspec

from tocsin.alerts.model import Says, Signal, identity_of_key
from tocsin.integrations.sources.contract import (
    MAX_LABEL_SET,
    MAX_LABELS,
    Delivered,
    Parsed,
    find_unstorable,
    is_suspect,
    length_of,
    one_line,
    web_url,
)
from tocsin.integrations.sources.opsgenie.answers import accepted, not_processable

MAX_DESCRIPTION = 15_000
MAX_ALIAS = 512
PRIORITIES = {"P1": "critical", "P2": "error", "P3": "warning", "P4": "info", "P5": "info"}
"""What a priority says where the details name no severity. P1 wakes somebody, whatever the details say."""

DEFAULT_PRIORITY = "P3"
OWN_LABELS = ("alias", "entity", "source", "priority", "tags", "responders")


class NotProcessable(Exception):
    """What is wrong, by field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.errors = {field: message}


class Created(NamedTuple):
    alias: str
    signal: Signal


def parse(delivered: Delivered) -> Parsed:
    try:
        created = read_create(read_body(delivered.body))
    except NotProcessable as refusal:
        return Parsed(answer=not_processable(refusal.errors))
    return Parsed(signals=[created.signal], answer=accepted())


def read_body(body: bytes) -> dict[str, Any]:
    """The object of a request; an empty body is one without fields. Raises NotProcessable."""
    try:
        content: Any = msgspec.json.decode(body or b"{}")
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise NotProcessable("body", f"Body is not JSON: {error}.") from error
    if not isinstance(content, dict):
        raise NotProcessable("body", "Body must be a JSON object.")
    reason = find_unstorable(content) if is_suspect(body) else None
    if reason:
        raise NotProcessable("body", f"Body cannot be kept: {reason}.")
    return cast("dict[str, Any]", content)


def read_create(fields: dict[str, Any]) -> Created:
    """Raises NotProcessable. Without an alias each alert is one of its own, under an alias that we make up."""
    message = text_of(fields, "message")
    if not one_line(message):
        raise NotProcessable("message", "Message can not be empty.")
    priority = text_of(fields, "priority") or DEFAULT_PRIORITY
    if priority not in PRIORITIES:
        raise NotProcessable("priority", f"Priority should be one of [{', '.join(PRIORITIES)}].")
    alias = text_of(fields, "alias").strip()[:MAX_ALIAS] or uuid4().hex
    labels = _labels(fields, alias, priority)
    return Created(
        alias,
        Signal(
            identity=identity_of_key(alias),
            says=Says.FIRING,
            labels=labels,
            annotations=annotations_of(message, text_of(fields, "description"), text_of(fields, "note")),
            title=one_line(message),
            url=web_url(text_of(fields, "source")),
            severity_hint=PRIORITIES[priority] if priority == "P1" else labels["severity"],
            group_hint=alias,
            details={"actions": fields["actions"]} if fields.get("actions") else None,
            by=text_of(fields, "user"),
        ),
    )


def annotations_of(message: str, description: str, note: str = "") -> dict[str, str]:
    """The message is kept whole; the title shows its first line."""
    said = {"message": message, "description": description, "note": note}
    return {name: text.strip()[:MAX_DESCRIPTION] for name, text in said.items() if text.strip()}


def text_of(fields: dict[str, Any], name: str) -> str:
    """Raises NotProcessable for what is there and no text."""
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise NotProcessable(name, f"{name.capitalize()} should be a text.")
    return value or ""


def _labels(fields: dict[str, Any], alias: str, priority: str) -> dict[str, str]:
    """The details, then the fields of its own: what routes match on."""
    labels = details_of(fields)
    labels.setdefault("severity", PRIORITIES[priority])
    own = {
        "alias": alias,
        "entity": text_of(fields, "entity"),
        "source": text_of(fields, "source"),
        "priority": priority,
        "tags": ",".join(texts_of(fields, "tags")),
        "responders": ",".join(_responders(fields)),
    }
    labels |= {name: value for name, value in own.items() if value}
    if len(labels) > MAX_LABELS or length_of(labels) > MAX_LABEL_SET:
        raise NotProcessable("details", f"Details should not be more than {MAX_LABELS} or {MAX_LABEL_SET} characters.")
    return labels


def details_of(fields: dict[str, Any]) -> dict[str, str]:
    """Grafana sends values that are no strings; they are kept as JSON."""
    value = fields.get("details")
    if value is not None and not isinstance(value, dict):
        raise NotProcessable("details", "Details should be a map of texts.")
    pairs = cast("dict[str, Any]", value or {})
    plain = {
        name: each if isinstance(each, str) else msgspec.json.encode(each).decode() for name, each in pairs.items()
    }
    return {name: text for name, text in plain.items() if name and text and pairs[name] is not None}


def texts_of(fields: dict[str, Any], name: str) -> list[str]:
    value = fields.get(name)
    entries = cast("list[Any]", value) if isinstance(value, list) else []
    return [entry.strip() for entry in entries if isinstance(entry, str) and entry.strip()]


def _responders(fields: dict[str, Any]) -> list[str]:
    """The names of teams, people, schedules: routes decide who is called, and may go by these."""
    value = fields.get("responders")
    entries = cast("list[Any]", value) if isinstance(value, list) else []
    named = [cast("dict[str, Any]", entry) for entry in entries if isinstance(entry, dict)]
    names = (entry.get("name") or entry.get("username") or entry.get("id") for entry in named)
    return [name for name in names if isinstance(name, str)]
