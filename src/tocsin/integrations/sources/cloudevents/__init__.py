"""CloudEvents 1.0 over HTTP, in its three modes: brokers, functions and clouds that push events to a webhook."""

from tocsin.integrations.sources.cloudevents.mapping import check_options
from tocsin.integrations.sources.cloudevents.parse import parse
from tocsin.integrations.sources.contract import Source, refuse_plainly

# A busy receiver says 429 (CloudEvents web hooks, 2.2); OPTIONS is how a sender asks whether it may send at all.
SOURCE = Source(
    type="cloudevents",
    parse=parse,
    refuse=refuse_plainly,
    busy_status=429,
    takes_headers=True,
    methods=frozenset(("POST", "PUT", "OPTIONS")),
    option_names=("mapping",),
    check_options=check_options,
)
