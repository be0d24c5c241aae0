"""Alert sources: bytes → signals, pure. The registry is below; a new source is a copied folder and one line in it."""

from collections.abc import Mapping

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
