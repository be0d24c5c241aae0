"""Alert sources: bytes → signals, pure. The registry is below; a new source is a copied folder and one line in it."""

from collections.abc import Mapping

from tocsin.integrations.sources import alertmanager, generic, pagerduty, prometheus
from tocsin.integrations.sources.contract import Source

SOURCES: Mapping[str, Source] = {
    "prometheus": prometheus.SOURCE,
    "alertmanager": alertmanager.SOURCE,
    "pagerduty": pagerduty.SOURCE,
    "generic": generic.SOURCE,
}
"""By the `type` an integration has in the configuration."""
