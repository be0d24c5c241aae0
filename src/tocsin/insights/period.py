"""The time that is asked about, in whole days of the organisation's zone. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import DAY, instant_of, local_of

LONGEST = timedelta(days=366)


class Period(NamedTuple):
    """[since, until), and the zone whose days it is made of."""

    since: datetime
    until: datetime
    zone: ZoneInfo

    @property
    def first_day(self) -> date:
        return local_of(self.since, self.zone).date()

    @property
    def last_day(self) -> date:
        return local_of(self.until, self.zone).date() - DAY


def read_period(month: str | None, first: str | None, last: str | None, now: datetime, zone: ZoneInfo) -> Period:
    """A month ("2026-11"), or the days from `first` to `last`, both included; without any of them this month.

    One of the two alone: from that day to the end of its month, or from the begin of its month. Raises Invalid.
    """
    if month and (first or last):
        raise Invalid("A month and days of it are two answers.", "Ask for a month, or from and to.", field="month")
    if month:
        begins = _day(f"{month}-01", "month", "2026-11")
        return _period(begins, _end_of_month(begins), zone)
    if not first and not last:
        begins = local_of(now, zone).date().replace(day=1)
        return _period(begins, _end_of_month(begins), zone)
    begins = _day(first, "from") if first else _day(last or "", "to").replace(day=1)
    return _period(begins, _day(last, "to") if last else _end_of_month(begins), zone)


def _period(first: date, last: date, zone: ZoneInfo) -> Period:
    if last < first:
        raise Invalid(f"{last} is before {first}.", "Say the earlier day first.", field="to")
    if last - first >= LONGEST:
        raise Invalid(f"{first} to {last} is longer than {LONGEST.days} days.", "Ask for less.", field="to")
    return Period(_midnight(first, zone), _midnight(last + DAY, zone), zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return instant_of(datetime.combine(day, time()), zone)


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + 4 * DAY).replace(day=1) - DAY


def _day(text: str, field: str, example: str = "2026-11-01") -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if not 1970 <= found.year <= 9000:
        what = text.removesuffix("-01") if field == "month" else text
        raise Invalid(
            f"{what[:40]!r} is not a {'month' if field == 'month' else 'day'}.", f"Write it as {example}.", field=field
        )
    return found
