"""Heartbeats: whatever can ask for an address says that it is alive (`/heartbeat/<key>`); its silence is an
alert."""

from tocsin.alerts.heartbeats import OPTION_NAMES, read_options
from tocsin.integrations.sources.contract import Source, refuse_plainly
from tocsin.integrations.sources.heartbeat.parse import parse

SOURCE = Source(
    type="heartbeat",
    parse=parse,
    refuse=refuse_plainly,
    max_body=1024 * 1024,
    methods=frozenset(("GET", "HEAD", "POST", "PUT")),
    option_names=OPTION_NAMES,
    check_options=read_options,
)
