"""Datadog's webhook → one signal. The payload is a template that its users fill with variables, so each may be missing.

One alert is one `alert_cycle_key`: Datadog gives a new one each time a monitor triggers anew.
"""

import re
from datetime import datetime
from typing import Any, NamedTuple, cast

import msgspec

from tocsin.alerts.model import Says, Signal, identity_of_key
from tocsin.integrations.sources.contract import (
    MAX_LABEL_SET,
    MAX_LABELS,
    Delivered,
    Parsed,
    find_unstorable,
    instant,
    is_suspect,
    json_answer,
    length_of,
    one_line,
    refuse_plainly,
    web_url,
)

ENDS = frozenset(("recovered",))
SEVERITIES = {"triggered": "error", "warn": "warning", "no data": "warning"}
_PREFIX = re.compile(r"\[(?P<transition>[A-Za-z][A-Za-z -]{0,30}?)(?: on (?P<scope>\{[^\]]{0,500}\}))?\]\s*")
_VARIABLE = re.compile(r"\$[A-Z][A-Z0-9_]*")
_OWN_LABELS = {
    "alert_id": "monitor",
    "hostname": "host",
    "alert_scope": "scope",
    "priority": "priority",
    "org_name": "org",
}
_MAX_BODY = 15_000


class _Told(NamedTuple):
    """The transition in small letters without `re-`, the title without it, and the scope in front of the title."""

    transition: str
    title: str
    scope: str


def parse(delivered: Delivered) -> Parsed:
    try:
        document: Any = msgspec.json.decode(delivered.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        text = (
            f"the body is not JSON: {error}; leave `Encode as form` unchecked and quote every variable of the payload"
        )
        return Parsed(answer=refuse_plainly(400, text))
    if not isinstance(document, dict):
        return Parsed(
            answer=refuse_plainly(400, "the body must be a JSON object, as the payload of the how-to page is")
        )
    reason = find_unstorable(document) if is_suspect(delivered.body) else None
    if reason:
        return Parsed(answer=refuse_plainly(400, f"body: {reason}"))
    fields = read_fields(cast("dict[str, Any]", document))
    told = read_transition(fields)
    if not told.title:
        text = "alert_title: is missing, and so are event_title and title; every alert needs one"
        return Parsed(answer=refuse_plainly(422, text))
    labels = read_labels(fields, told)
    if len(labels) > MAX_LABELS or length_of(labels) > MAX_LABEL_SET:
        return Parsed(
            answer=refuse_plainly(422, f"tags: more than {MAX_LABELS}, or longer than {MAX_LABEL_SET} characters")
        )
    return Parsed(
        signals=[_signal(fields, told, labels)], answer=json_answer(202, {"status": "success", "accepted": 1})
    )


def read_fields(document: dict[str, Any]) -> dict[str, str]:
    """Every scalar as text; variables that Datadog had no value for are left out."""
    plain = {name: _plain(value) for name, value in document.items() if not isinstance(value, dict | list)}
    return {name: text for name, text in plain.items() if text and text != "null" and not _VARIABLE.fullmatch(text)}


def read_transition(fields: dict[str, str]) -> _Told:
    """From `alert_transition`, else from the word in brackets that Datadog puts in front of an event's title."""
    titled = one_line(fields.get("event_title") or fields.get("title") or "")
    prefix = _PREFIX.match(titled)
    transition = fields.get("alert_transition") or (prefix["transition"] if prefix else "")
    title = one_line(fields.get("alert_title", "")) or (titled[prefix.end() :] if prefix else titled)
    scope = fields.get("alert_scope") or (prefix["scope"] if prefix else None) or ""
    return _Told(transition.strip().lower().removeprefix("re-"), title or titled, scope)


def read_labels(fields: dict[str, str], told: _Told) -> dict[str, str]:
    """Tags (`env:prod` is label `env`), then what Datadog says of the monitor."""
    labels: dict[str, str] = {}
    bare: list[str] = []
    for tag in (part.strip() for part in fields.get("tags", "").split(",")):
        name, colon, value = tag.partition(":")
        if colon and name and value:
            labels[name] = value
        elif tag:
            bare.append(tag)
    if bare:
        labels["tags"] = ",".join(bare)
    labels |= {label: fields[name] for name, label in _OWN_LABELS.items() if name in fields}
    if told.scope:
        labels["scope"] = told.scope
    labels["severity"] = _severity(fields, told)
    return {"alertname": told.title, **labels}


def _severity(fields: dict[str, str], told: _Told) -> str:
    """P1 says critical; else the transition says how bad it is, else the type of the event."""
    if fields.get("priority", "").upper() == "P1":
        return "critical"
    return SEVERITIES.get(told.transition) or fields.get("alert_type", "").lower() or "error"


def _signal(fields: dict[str, str], told: _Told, labels: dict[str, str]) -> Signal:
    ends = told.transition in ENDS or (not told.transition and fields.get("alert_type", "").lower() == "success")
    at = _instant(fields.get("date", ""))
    key = fields.get("alert_cycle_key") or fields.get("aggreg_key") or "\0".join((told.title, told.scope))
    return Signal(
        identity=identity_of_key(key),
        says=Says.RESOLVED if ends else Says.FIRING,
        labels=labels,
        title=told.title,
        summary=_without_marks(fields.get("body", ""))[:_MAX_BODY],
        url=web_url(fields.get("link")),
        severity_hint=labels["severity"],
        group_hint=fields.get("alert_id") or told.title,
        starts_at=None if ends else at,
        ends_at=at if ends else None,
        details={"snapshot": url} if (url := web_url(fields.get("snapshot"))) else None,
    )


def _without_marks(body: str) -> str:
    """Datadog frames Markdown with lines of `%%%`."""
    return "\n".join(line for line in body.splitlines() if line.strip() != "%%%").strip()


def _instant(text: str) -> datetime | None:
    """Milliseconds since 1970; what is none is left out, the moment of arrival counts then."""
    if not (text.isascii() and text.isdecimal()) or len(text) > 15:
        return None
    try:
        return instant(msgspec.convert(int(text) / 1000, datetime | None, strict=False))
    except msgspec.ValidationError:
        return None


def _plain(value: Any) -> str:
    return value.strip() if isinstance(value, str) else msgspec.json.encode(value).decode()
