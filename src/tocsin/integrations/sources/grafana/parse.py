"""Grafana's webhook, version 1 → signals (contracts 1.6): Alertmanager's shape with links and measured values of its
own. Each alert's own status counts, and nothing is resolved by absence."""

from typing import Any

import msgspec

from tocsin.alerts.model import Signal
from tocsin.integrations.sources.alertmanager.parse import WebhookAlert, receive_each, signal_of
from tocsin.integrations.sources.contract import (
    Delivered,
    Parsed,
    find_unstorable,
    is_suspect,
    refuse_plainly,
    web_url,
)

_LINKS = ("silenceURL", "dashboardURL", "panelURL", "imageURL")


class GrafanaAlert(WebhookAlert):
    """One alert of the payload; `values` are what the queries of its rule measured."""

    silenceURL: str = ""
    dashboardURL: str = ""
    panelURL: str = ""
    imageURL: str = ""
    ruleUID: str = ""
    values: dict[str, Any] | None = None
    valueString: str = ""


class Payload(msgspec.Struct):
    """The outer object; fields that newer versions add are ignored."""

    alerts: list[msgspec.Raw]
    version: str = "1"
    groupKey: str = ""
    externalURL: str = ""


_payload = msgspec.json.Decoder(Payload)
_alert = msgspec.json.Decoder(GrafanaAlert)


def parse(delivered: Delivered) -> Parsed:
    try:
        payload = _payload.decode(delivered.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        text = f"the body is not Grafana's webhook: {error}; for a custom payload use an integration of type generic"
        return Parsed(answer=refuse_plainly(400, text))
    if payload.version != "1":
        text = f'version: "{payload.version}" is not known here; Grafana sends "1", and Alertmanager has its own type'
        return Parsed(answer=refuse_plainly(400, text))
    look_closely = is_suspect(delivered.body)
    return receive_each(payload.alerts, lambda raw: read_alert(raw, payload, look_closely=look_closely))


def read_alert(raw: msgspec.Raw, payload: Payload, *, look_closely: bool) -> Signal | str:
    """One alert → its signal, or what is wrong with it. Its link is the panel, where there is one."""
    try:
        alert = _alert.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return str(error)
    signal = signal_of(alert, payload.externalURL, payload.groupKey, look_closely=look_closely)
    if not isinstance(signal, Signal):
        return signal
    details = _details(alert)
    wrong = find_unstorable(details) if look_closely else None
    if wrong is not None:
        return wrong
    url = web_url(alert.panelURL) or web_url(alert.dashboardURL) or signal.url
    return msgspec.structs.replace(signal, url=url, details=details or None)


def _details(alert: GrafanaAlert) -> dict[str, Any]:
    links = {name: url for name in _LINKS if (url := web_url(getattr(alert, name)))}
    measured = {"values": alert.values, "valueString": alert.valueString[:4096], "ruleUID": alert.ruleUID}
    return links | {name: value for name, value in measured.items() if value}
