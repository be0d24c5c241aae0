"""Alert sources: bytes → signals, pure. The registry is below; a new source is a copied folder and one line in it."""

from collections.abc import Mapping
from typing import Any

from tocsin.integrations.sources import (
    alertmanager,
    cloudevents,
    datadog,
    email,
    generic,
    grafana,
    heartbeat,
    opsgenie,
    pagerduty,
    prometheus,
)
from tocsin.integrations.sources.contract import Source
from tocsin.kernel.errors import Invalid

SOURCES: Mapping[str, Source] = {
    "prometheus": prometheus.SOURCE,
    "alertmanager": alertmanager.SOURCE,
    "pagerduty": pagerduty.SOURCE,
    "opsgenie": opsgenie.SOURCE,
    "grafana": grafana.SOURCE,
    "datadog": datadog.SOURCE,
    "cloudevents": cloudevents.SOURCE,
    "generic": generic.SOURCE,
    "email": email.SOURCE,
    "heartbeat": heartbeat.SOURCE,
}
"""By the `type` an integration has in the configuration."""

PATH_SOURCES: Mapping[str, Source] = {
    "prometheus": prometheus.SOURCE,
    "prometheus-v1": prometheus.SOURCE_V1,
    "pagerduty": pagerduty.SOURCE,
    "pagerduty-change": pagerduty.CHANGE_SOURCE,
    "heartbeat": heartbeat.SOURCE,
}
"""By the path of an API that clients bring along themselves; everything else comes to `/integrations/<key>`."""


def check_options(type_: str, options: dict[str, Any]) -> None:
    """What an integration of this type is told beside what all are. Raises Invalid, naming the key."""
    source = SOURCES.get(type_)
    if source is None:
        raise Invalid(f"There is no type {type_!r}.", f"Use one of {', '.join(SOURCES)}.", field="type")
    unknown = sorted(options.keys() - set(source.option_names))
    if unknown:
        raise Invalid(f"{unknown[0]} is nothing that `type: {type_}` has.", "Remove it.", field=unknown[0])
    if source.check_options is not None:
        source.check_options(options)
