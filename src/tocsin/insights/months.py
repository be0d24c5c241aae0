"""Months of the organisation's calendar, for what is shown as a course. Pure."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from tocsin.insights.period import Period, read_period
from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import DAY

MOST_MONTHS = 24


def last_months(count: int, now: datetime, zone: ZoneInfo) -> tuple[Period, ...]:
    """The present month, which is not over yet, and those before it, oldest first. Raises Invalid."""
    if not 1 <= count <= MOST_MONTHS:
        raise Invalid(f"months is 1 to {MOST_MONTHS}.", "Ask for 6.", field="months")
    found = [read_period(None, None, None, now, zone)]
    while len(found) < count:
        found.append(month_before(found[-1], now))
    return tuple(reversed(found))


def month_before(period: Period, now: datetime) -> Period:
    """The whole month before the one in which a period begins."""
    return read_period(month_name(period.first_day - DAY), None, None, now, period.zone)


def month_name(day: date) -> str:
    """`2026-10`"""
    return f"{day:%Y-%m}"
