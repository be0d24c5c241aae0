"""Whatever speaks PagerDuty's Events API v2: its own clients, Alertmanager's PagerDuty receiver with `url:`, and a
hundred tools."""

import msgspec

from tocsin.integrations.sources.contract import Source
from tocsin.integrations.sources.pagerduty.parse import parse, parse_change, refuse

# Clients of this API wait and try again on 429.
SOURCE = Source(type="pagerduty", parse=parse, refuse=refuse, busy_status=429, max_body=512 * 1024, key_in_body=True)
CHANGE_SOURCE = msgspec.structs.replace(SOURCE, parse=parse_change)
