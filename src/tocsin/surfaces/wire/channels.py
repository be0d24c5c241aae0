"""Channels on the wire: by which ways people can be reached, and whether the peers behind them answer (REL-7)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from tocsin.delivery.bulkheads import circuit_state
from tocsin.delivery.model import Endpoint as StoredEndpoint


class Endpoint(msgspec.Struct, kw_only=True):
    """One peer. `circuit` is closed (it answers), failing (the last sends got no answer) or open (held back, one probe
    at a time); `since` when that began, null while it answers. A refusal is an answer.
    """

    endpoint: str
    circuit: str
    since: datetime | None
    failures: int
    last_failure_at: datetime | None
    last_failure: str
    last_answer_at: datetime | None


class Channel(msgspec.Struct, kw_only=True):
    """One kind of contact; `missing` says what the settings lack before it can be used, null when nothing."""

    kind: str
    missing: str | None
    endpoints: list[Endpoint]


class ChannelList(msgspec.Struct, kw_only=True):
    """Every kind there is, with the peers that were tried within the last day."""

    channels: list[Channel]


def channel_list(kinds: Sequence[str], missing: Mapping[str, str], tried: Sequence[StoredEndpoint]) -> ChannelList:
    return ChannelList(
        channels=[
            Channel(
                kind=kind,
                missing=missing.get(kind),
                endpoints=[_endpoint(each) for each in tried if each.kind == kind],
            )
            for kind in kinds
        ]
    )


def _endpoint(tried: StoredEndpoint) -> Endpoint:
    return Endpoint(
        endpoint=tried.endpoint,
        circuit=circuit_state(tried.failures).value,
        since=tried.failing_since,
        failures=tried.failures,
        last_failure_at=tried.last_failure_at,
        last_failure=tried.last_failure,
        last_answer_at=tried.last_answer_at,
    )
