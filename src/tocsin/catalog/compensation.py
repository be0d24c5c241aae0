"""What being on call is worth to the organisation, as its file says; values only, the reckoning is `insights`'.

Rates are of one currency and exact: amounts of money are decimal.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import msgspec

NOTHING = Decimal()


class HourRates(msgspec.Struct, frozen=True, kw_only=True):
    """What an hour on call is worth. An hour is paid once: as a holiday's, else a weekend's, else a night's."""

    weekday: Decimal = NOTHING
    night: Decimal = NOTHING
    weekend: Decimal = NOTHING
    holiday: Decimal = NOTHING


class PageRates(msgspec.Struct, frozen=True, kw_only=True):
    """What a page of high urgency is worth, by day and at night."""

    day: Decimal = NOTHING
    night: Decimal = NOTHING


class TimeOff(msgspec.Struct, frozen=True, kw_only=True):
    """For each full `night_pages` pages at night within the time, `days` off."""

    night_pages: int
    days: Decimal


class Compensation(msgspec.Struct, frozen=True, kw_only=True):
    """`minimum_block`: a shift that lasts less is paid as if it lasted so long, the rest at its first hour's rate."""

    currency: str
    per_hour: HourRates = HourRates()
    per_page: PageRates = PageRates()
    minimum_block: timedelta = timedelta()
    time_off: TimeOff | None = None
