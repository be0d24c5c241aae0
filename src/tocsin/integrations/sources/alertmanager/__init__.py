"""An Alertmanager in front of us, by its webhook receiver (payload version 4)."""

from tocsin.integrations.sources.alertmanager.parse import parse
from tocsin.integrations.sources.contract import Source, refuse_plainly

# 503 and not 429 when busy: Alertmanager drops a webhook on any 4xx and tries 5xx again (contracts 0.8).
SOURCE = Source(type="alertmanager", parse=parse, refuse=refuse_plainly, busy_status=503)
