"""Whatever speaks Opsgenie's Alert API v2: its SDKs, Alertmanager's and Grafana's Opsgenie receivers with their URL set
to us. Here is how an alert is created; the rest of that API is `surfaces/compat/opsgenie`."""

from tocsin.integrations.sources.contract import Source
from tocsin.integrations.sources.opsgenie.answers import refuse
from tocsin.integrations.sources.opsgenie.parse import parse

# Its clients wait and try again on 429 and on 5xx (contracts 1.5).
SOURCE = Source(type="opsgenie", parse=parse, refuse=refuse, busy_status=429, max_body=512 * 1024)
