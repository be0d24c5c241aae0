"""What texts and calls cost, and when there have been enough of them (PAG-9). Pure.

Days and months are those of UTC: a provider's bill is, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import msgspec

from tocsin.settings import Settings


@dataclass(frozen=True)
class Caps:
    """`kinds` are those that have a price; None: no cap of that span."""

    kinds: frozenset[str] = frozenset()
    currency: str = "EUR"
    per_day: Decimal | None = None
    per_month: Decimal | None = None

    def bind(self, kind: str) -> bool:
        return kind in self.kinds and (self.per_day is not None or self.per_month is not None)


NO_CAPS = Caps()


class Spent(msgspec.Struct, frozen=True):
    """By one kind."""

    kind: str
    today: Decimal
    month: Decimal


def caps_of(settings: Settings) -> Caps:
    costs = settings.costs
    priced = {"sms": costs.sms, "voice": costs.voice}
    return Caps(frozenset(k for k, prices in priced.items() if prices), costs.currency, costs.per_day, costs.per_month)


def spans_of(now: datetime) -> tuple[datetime, datetime]:
    """When this day and this month began; `now` is in UTC."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return today, today.replace(day=1)


def why_too_dear(caps: Caps, spent: Sequence[Spent]) -> str | None:
    """Which cap is reached, as the reason of a failure; None while there is something left."""
    for span, cap, sum_ in (
        ("today", caps.per_day, sum(each.today for each in spent)),
        ("this month", caps.per_month, sum(each.month for each in spent)),
    ):
        if cap is not None and sum_ >= cap:
            return f"the cost cap is reached: {money(Decimal(sum_), caps)} {span}, of {money(cap, caps)}"
    return None


def money(amount: Decimal, caps: Caps) -> str:
    """ "1.28 EUR", with as many places as it has, two at least."""
    places = max(2, -int(amount.normalize().as_tuple().exponent))
    return f"{amount:.{places}f} {caps.currency}"
