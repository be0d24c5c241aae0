"""Where in an event the facts of an alert are: generic's paths, into the event with its `data`."""

from typing import Any

import msgspec

from tocsin.integrations.sources.generic import mapping as generic
from tocsin.integrations.sources.generic.mapping import Mapping

DEFAULT = Mapping(
    title="data.title",
    key="data.key",
    status="data.status",
    severity="data.severity",
    summary="data.summary",
    url="data.url",
    labels="data.labels",
    starts_at="time",
    ends_at="data.ends_at",
)


def check_options(options: dict[str, Any]) -> Mapping:
    """The mapping in force: what the integration says, in front of the defaults. Raises Invalid."""
    generic.check_options(options)
    return msgspec.convert(msgspec.to_builtins(DEFAULT) | (options.get("mapping") or {}), Mapping)
