"""CloudEvents → signals. An event tells that something happened, an alert lasts: the same type, source and subject is
the same alert, and the end of it is told by the last word of the type (`….resolved`) or by `data.status`."""

from typing import Any

import msgspec

from tocsin.alerts.model import Says, Signal, identity_of, identity_of_key
from tocsin.integrations.sources.cloudevents.binding import Unreadable, check_event, read_events
from tocsin.integrations.sources.cloudevents.mapping import check_options
from tocsin.integrations.sources.contract import (
    MAX_LABEL_SET,
    MAX_LABELS,
    Answer,
    Delivered,
    Parsed,
    find_unstorable,
    is_suspect,
    length_of,
    one_line,
    received,
    refuse_plainly,
)
from tocsin.integrations.sources.generic.mapping import Mapping, look_up
from tocsin.integrations.sources.generic.parse import BadAlert, read_alert

ENDS = frozenset(("resolved", "recovered", "recovery", "ok", "closed", "cleared", "normal"))
BEGINS = frozenset(("firing", "fired", "triggered", "opened", "raised", "alert", "failed", "failing"))
TAKEN = "acknowledged"
_OWN = frozenset(("id", "specversion", "time", "data", "data_base64", "datacontenttype", "dataschema"))


def parse(delivered: Delivered) -> Parsed:
    if delivered.method == "OPTIONS":
        return Parsed(answer=allow(delivered))
    try:
        events = read_events(delivered)
    except Unreadable as refusal:
        return Parsed(answer=refuse_plainly(refusal.status, str(refusal)))
    mapping = check_options(delivered.integration.options if delivered.integration else {})
    signals: list[Signal] = []
    problems: list[str] = []
    for index, event in enumerate(events):
        try:
            signals.append(read_event(event, mapping, look_closely=is_suspect(delivered.body)))
        except BadAlert as bad:
            problems.append(f"{index}.{bad}" if len(events) > 1 else str(bad))
    return received(signals, problems, taken=202, refused=400)


def allow(delivered: Delivered) -> Answer:
    """The sender may send (CloudEvents web hooks, 4.2): it has the key in its address."""
    origin = delivered.headers.get("webhook-request-origin", "")
    allowed = (("webhook-allowed-origin", origin), ("webhook-allowed-rate", "*")) if origin else ()
    return Answer(status=200, headers=(*allowed, ("allow", "POST, PUT, OPTIONS")))


def read_event(event: Any, mapping: Mapping, *, look_closely: bool) -> Signal:
    """One event → its signal. Raises BadAlert, the attribute first."""
    wrong = check_event(event) or (find_unstorable(event) if look_closely else None)
    if wrong is not None:
        raise BadAlert(wrong)
    kind, last_word = split_type(event["type"])
    signal = read_alert(
        _with_title(event, mapping, kind), msgspec.structs.replace(mapping, title="title"), look_closely=False
    )
    given = look_up(event, mapping.key)
    key = given if isinstance(given, str) else ""
    says = _says(last_word) or signal.says
    is_end = says is Says.RESOLVED
    return msgspec.structs.replace(
        signal,
        identity=identity_of_key(key) if key else _identity(event, kind),
        says=says,
        labels=_labels(event, kind, signal.labels),
        group_hint=key or kind,
        starts_at=None if is_end else signal.starts_at,
        ends_at=(signal.ends_at or signal.starts_at) if is_end else signal.ends_at,
    )


def split_type(type_: str) -> tuple[str, str]:
    """The type without the last word that tells how things stand, and that word in small letters ("" if none)."""
    kind, _, last = type_.rpartition(".")
    word = last.lower()
    return (kind, word) if kind and (word in ENDS or word in BEGINS or word == TAKEN) else (type_, "")


def _labels(event: dict[str, Any], kind: str, mapped: dict[str, str]) -> dict[str, str]:
    """The attributes, then what the mapping found. Raises BadAlert for too many."""
    attributes = {name: value for name, value in event.items() if name not in _OWN and isinstance(value, str) and value}
    labels = {**attributes, "type": kind, **mapped}
    if len(labels) > MAX_LABELS or length_of(labels) > MAX_LABEL_SET:
        raise BadAlert(f"attributes: more than {MAX_LABELS}, or longer than {MAX_LABEL_SET} characters; send fewer")
    return labels


def _says(word: str) -> Says | None:
    if word in ENDS:
        return Says.RESOLVED
    if word == TAKEN:
        return Says.ACKNOWLEDGED
    return Says.FIRING if word in BEGINS else None


def _identity(event: dict[str, Any], kind: str) -> str:
    return identity_of({"type": kind, "source": event["source"], "subject": event.get("subject", "")})


def _with_title(event: dict[str, Any], mapping: Mapping, kind: str) -> dict[str, Any]:
    """An event need not have a title of its own: then it is called by its type and what it is about."""
    title = look_up(event, mapping.title)
    if not isinstance(title, str) or not one_line(title):
        data = event.get("data")
        title = one_line(data) if isinstance(data, str) else ""
        title = title or f"{kind} on {event.get('subject') or event['source']}"
    return {**event, "title": title}
