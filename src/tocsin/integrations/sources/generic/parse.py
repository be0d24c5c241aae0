"""A JSON document and a mapping → signals. A document may hold one alert or a list; the good ones of a list survive
the bad."""

from datetime import datetime
from typing import Any, cast

import msgspec

from tocsin.alerts.model import Says, Signal, identity_of, identity_of_key
from tocsin.integrations.sources.contract import (
    MAX_LABEL_SET,
    MAX_LABELS,
    Delivered,
    Parsed,
    find_unstorable,
    instant,
    is_suspect,
    length_of,
    one_line,
    received,
    refuse_plainly,
    web_url,
)
from tocsin.integrations.sources.generic.mapping import Mapping, look_up, read_mapping


class BadAlert(Exception):
    """What is wrong with one alert, the field first."""


def parse(delivered: Delivered) -> Parsed:
    try:
        document: Any = msgspec.json.decode(delivered.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return Parsed(answer=refuse_plainly(400, f"the body is not JSON: {error}"))
    mapping = read_mapping(delivered.integration.options.get("mapping") if delivered.integration else None)
    found = look_up(document, mapping.alerts)
    items = cast("list[Any]", found) if isinstance(found, list) else [found]
    signals: list[Signal] = []
    problems: list[str] = []
    for index, item in enumerate(items):
        try:
            signals.append(read_alert(item, mapping, look_closely=is_suspect(delivered.body)))
        except BadAlert as bad:
            problems.append(f"{index}.{bad}" if len(items) > 1 else str(bad))
    return received(signals, problems, taken=202, refused=422)


def read_alert(item: Any, mapping: Mapping, *, look_closely: bool) -> Signal:
    """One alert's object → its signal. Identity is the mapped key, else the labels, else the title. Raises BadAlert."""
    if not isinstance(item, dict):
        raise BadAlert(f"{mapping.alerts or 'body'}: expected an object with the fields of the alert")
    reason = find_unstorable(item) if look_closely else None
    if reason:
        raise BadAlert(f"body: {reason}")
    title = one_line(_text(item, mapping.title))
    if not title:
        raise BadAlert(
            f"{mapping.title}: is missing or blank; every alert needs a title (mapping.title names its place)"
        )
    labels = _labels(look_up(item, mapping.labels), mapping.labels)
    severity = _text(item, mapping.severity) or labels.get("severity", "")
    key = _text(item, mapping.key)
    identity = identity_of_key(key) if key else identity_of({**labels, "\0title": title})
    if severity:
        labels.setdefault("severity", severity)
    return Signal(
        identity=identity,
        says=_says(_text(item, mapping.status).lower(), mapping),
        labels=labels or {"alertname": title},
        title=title,
        summary=_text(item, mapping.summary),
        url=web_url(_text(item, mapping.url)),
        severity_hint=severity,
        group_hint=key or labels.get("alertname", "") or title,
        starts_at=_instant(item, mapping.starts_at),
        ends_at=_instant(item, mapping.ends_at),
    )


def _says(status: str, mapping: Mapping) -> Says:
    if status in mapping.resolved:
        return Says.RESOLVED
    return Says.ACKNOWLEDGED if status in mapping.acknowledged else Says.FIRING


def _labels(value: Any, path: str) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadAlert(f"{path}: expected an object of labels")
    pairs = cast("dict[str, Any]", value)
    labels = {name: _plain(each) for name, each in pairs.items() if each not in (None, "", [], {})}
    if len(labels) > MAX_LABELS or length_of(labels) > MAX_LABEL_SET:
        raise BadAlert(f"{path}: more than {MAX_LABELS} labels or {MAX_LABEL_SET} characters; send fewer")
    return labels


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _text(item: Any, path: str) -> str:
    value = look_up(item, path)
    if value is None or isinstance(value, dict | list):
        return ""
    return _plain(value)


def _instant(item: Any, path: str) -> datetime | None:
    value = look_up(item, path)
    try:
        return instant(msgspec.convert(value, datetime | None, strict=False))
    except msgspec.ValidationError as error:
        raise BadAlert(f"{path}: {value!r} is no instant; write ISO 8601 such as 2026-11-20T10:00:00Z") from error
