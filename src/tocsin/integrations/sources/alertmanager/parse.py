"""Alertmanager's webhook, version 4 → signals (contracts 1.2).

Each alert's own status counts: the payload's is "resolved" only when all are. An alert that is merely absent says
nothing – the payload
may be cut (`truncatedAlerts`) – so nothing is ever resolved by absence.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, cast

import msgspec

from tocsin.alerts.model import Says, Signal, identity_of
from tocsin.integrations.sources.contract import (
    MAX_LABEL_SET,
    MAX_LABELS,
    Delivered,
    Parsed,
    find_unstorable,
    instant,
    is_suspect,
    length_of,
    received,
    refuse_plainly,
    title_from,
    web_url,
)


class WebhookAlert(msgspec.Struct):
    """One alert of the payload; `endsAt` is year 1 while it fires."""

    labels: dict[str, str]
    status: str = "firing"
    annotations: dict[str, str] = {}
    startsAt: datetime | None = None
    endsAt: datetime | None = None
    generatorURL: str = ""


class Payload(msgspec.Struct):
    """The outer object; fields that newer versions add are ignored."""

    alerts: list[msgspec.Raw]
    version: str = "4"
    groupKey: str = ""
    externalURL: str = ""
    truncatedAlerts: int = 0


_payload = msgspec.json.Decoder(Payload)
_alert = msgspec.json.Decoder(WebhookAlert)


def parse(delivered: Delivered) -> Parsed:
    try:
        payload = _payload.decode(delivered.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return Parsed(answer=refuse_plainly(400, f"the body is not an Alertmanager webhook of version 4: {error}"))
    if payload.version != "4":
        text = f'version: "{payload.version}" is not known here; Alertmanager sends "4"'
        return Parsed(answer=refuse_plainly(400, text))
    look_closely = is_suspect(delivered.body)
    return receive_each(payload.alerts, lambda raw: read_alert(raw, payload, look_closely=look_closely))


def receive_each(raws: Sequence[msgspec.Raw], read: Callable[[msgspec.Raw], Signal | str]) -> Parsed:
    """Every alert for itself; `read` gives its signal, or what is wrong with it. Grafana's payload is of this shape."""
    made = [read(raw) for raw in raws]
    signals = [each for each in made if isinstance(each, Signal)]
    problems = [f"alerts.{index}: {each}" for index, each in enumerate(made) if isinstance(each, str)]
    return received(signals, problems, taken=200, refused=400)


def read_alert(raw: msgspec.Raw, payload: Payload, *, look_closely: bool) -> Signal | str:
    """One alert → its signal, or what is wrong with it."""
    try:
        alert = _alert.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return str(error)
    return signal_of(alert, payload.externalURL, payload.groupKey, look_closely=look_closely)


def signal_of(alert: WebhookAlert, external_url: str, group_key: str, *, look_closely: bool) -> Signal | str:
    """The same for a decoded alert; Grafana's are of this shape too."""
    labels = {name: value for name, value in alert.labels.items() if value}
    wrong = _check(alert, labels, look_closely)
    if wrong is not None:
        return wrong
    ends_at = instant(alert.endsAt) if alert.status == "resolved" else None
    return Signal(
        identity=identity_of(labels),
        says=Says(alert.status),
        labels=labels,
        annotations=alert.annotations,
        title=title_from(labels, alert.annotations),
        url=web_url(alert.generatorURL) or web_url(external_url),
        severity_hint=labels.get("severity", ""),
        group_hint=group_key[:2048],
        starts_at=instant(alert.startsAt),
        ends_at=ends_at,
    )


def _check(alert: WebhookAlert, labels: dict[str, str], look_closely: bool) -> str | None:
    if alert.status not in ("firing", "resolved"):
        return f'status: "{alert.status}" is neither firing nor resolved'
    if not labels:
        return "labels: at least one with a value is needed, since they are the alert's identity"
    if len(labels) > MAX_LABELS or len(alert.annotations) > MAX_LABELS:
        return f"labels: more than {MAX_LABELS} labels or annotations; drop some with alert_relabel_configs"
    if length_of(labels) > MAX_LABEL_SET:
        return f"labels: longer than {MAX_LABEL_SET} characters together; move long texts to annotations"
    if look_closely:
        return find_unstorable(cast("dict[str, Any]", {"labels": labels, "annotations": alert.annotations}))
    return None
