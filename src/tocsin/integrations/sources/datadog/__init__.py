"""Datadog's monitors, by its Webhooks integration with the payload of docs/howto/connect-datadog.md or its own."""

from tocsin.integrations.sources.contract import Source, refuse_plainly
from tocsin.integrations.sources.datadog.parse import parse

SOURCE = Source(type="datadog", parse=parse, refuse=refuse_plainly, busy_status=503)
