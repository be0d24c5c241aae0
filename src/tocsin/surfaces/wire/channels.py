"""Channels on the wire: by which ways people can be reached, and whether the peers behind them answer (REL-7)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

import msgspec

from tocsin.delivery.bulkheads import circuit_state
from tocsin.delivery.model import Endpoint as StoredEndpoint
from tocsin.delivery.spending import NO_CAPS, Caps, Spent, why_too_dear


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


class SpentBy(msgspec.Struct, kw_only=True):
    """What one kind has cost."""

    kind: str
    today: Decimal
    this_month: Decimal


class Spending(msgspec.Struct, kw_only=True):
    """What texts and calls have cost in this day and month of UTC, as texts of decimal numbers. `capped` says which cap
    is reached: then only first pages of the worst level are sent by them; null while there is something left.
    """

    currency: str
    today: Decimal
    this_month: Decimal
    per_day: Decimal | None
    per_month: Decimal | None
    capped: str | None
    by: list[SpentBy]


class ChannelList(msgspec.Struct, kw_only=True):
    """Every kind there is, with the peers that were tried within the last day; `spending` is null without prices."""

    channels: list[Channel]
    spending: Spending | None = None


def channel_list(
    kinds: Sequence[str],
    missing: Mapping[str, str],
    tried: Sequence[StoredEndpoint],
    caps: Caps = NO_CAPS,
    spent: Sequence[Spent] = (),
) -> ChannelList:
    return ChannelList(
        channels=[
            Channel(
                kind=kind,
                missing=missing.get(kind),
                endpoints=[_endpoint(each) for each in tried if each.kind == kind],
            )
            for kind in kinds
        ],
        spending=_spending(caps, spent) if caps.kinds else None,
    )


def _spending(caps: Caps, spent: Sequence[Spent]) -> Spending:
    return Spending(
        currency=caps.currency,
        today=sum((each.today for each in spent), Decimal(0)),
        this_month=sum((each.month for each in spent), Decimal(0)),
        per_day=caps.per_day,
        per_month=caps.per_month,
        capped=why_too_dear(caps, spent),
        by=[SpentBy(kind=each.kind, today=each.today, this_month=each.month) for each in spent],
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
