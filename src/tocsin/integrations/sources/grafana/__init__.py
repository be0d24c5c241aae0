"""Grafana's own alerting, by its webhook contact point (payload version 1), signed if the integration says so."""

from tocsin.integrations.sources.contract import Source, refuse_plainly
from tocsin.integrations.sources.grafana.parse import parse
from tocsin.integrations.sources.grafana.signature import OPTION_NAMES, read_options, verify

# Grafana never tries a webhook again before its next flush of the group, whatever the status (contracts 1.6).
SOURCE = Source(
    type="grafana",
    parse=parse,
    refuse=refuse_plainly,
    busy_status=503,
    takes_headers=True,
    option_names=OPTION_NAMES,
    check_options=read_options,
    verify=verify,
)
