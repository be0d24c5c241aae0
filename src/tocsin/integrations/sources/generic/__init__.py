"""Any tool that can post JSON: the integration's `mapping` says where in it the title, the status and the rest
are."""

from tocsin.integrations.sources.contract import Source, refuse_plainly
from tocsin.integrations.sources.generic.mapping import check_options
from tocsin.integrations.sources.generic.parse import parse

SOURCE = Source(
    type="generic",
    parse=parse,
    refuse=refuse_plainly,
    busy_status=503,
    option_names=("mapping",),
    check_options=check_options,
)
