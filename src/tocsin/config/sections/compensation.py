"""`organisation.compensation:` – what hours, pages and nights of being on call are worth."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from tocsin.catalog.compensation import NOTHING, Compensation, HourRates, PageRates, TimeOff
from tocsin.config.fields import Fields

_AMOUNT = re.compile(r"\d{1,6}(\.\d{1,4})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
LONGEST_BLOCK = timedelta(days=1)
MOST_PAGES = 1000


def read_compensation(fields: Fields | None) -> Compensation | None:
    """None: nothing is said, or it needs a currency."""
    if fields is None:
        return None
    currency = fields.text("currency")
    if currency and not _CURRENCY.fullmatch(currency):
        fields.place.key("currency").problem(f"{currency!r} is no currency.", "Write its three letters, such as EUR.")
    hour, page = fields.fields("per_hour", "per_hour"), fields.fields("per_page", "per_page")
    found = Compensation(
        currency=currency,
        per_hour=_hour_rates(hour) if hour is not None else HourRates(),
        per_page=_page_rates(page) if page is not None else PageRates(),
        minimum_block=_block(fields),
        time_off=_time_off(fields.fields("time_off", "time_off")),
    )
    fields.done()
    return found


def _hour_rates(fields: Fields) -> HourRates:
    rates = HourRates(
        weekday=_amount(fields, "weekday"),
        night=_amount(fields, "night"),
        weekend=_amount(fields, "weekend"),
        holiday=_amount(fields, "holiday"),
    )
    fields.done()
    return rates


def _page_rates(fields: Fields) -> PageRates:
    rates = PageRates(day=_amount(fields, "day"), night=_amount(fields, "night"))
    fields.done()
    return rates


def _block(fields: Fields) -> timedelta:
    block = fields.duration("minimum_block") or timedelta()
    if block > LONGEST_BLOCK:
        fields.place.key("minimum_block").problem("minimum_block is longer than a day.", "Use at most 24h.")
    return block


def _time_off(fields: Fields | None) -> TimeOff | None:
    """`{night_pages: 3, days: 0.5}`."""
    if fields is None:
        return None
    pages, days = fields.integer("night_pages", 1, MOST_PAGES), _amount(fields, "days")
    if fields.raw("night_pages") is None:
        fields.missing("night_pages")
    if fields.raw("days") is None:
        fields.missing("days")
    fields.done()
    return TimeOff(night_pages=pages, days=days) if pages is not None else None


def _amount(fields: Fields, key: str) -> Decimal:
    """A number that is not negative, exactly as it is written; 0 when it is absent."""
    value = fields.raw(key)
    if value is None:
        return NOTHING
    if isinstance(value, str) and _AMOUNT.fullmatch(value):
        return Decimal(str(value))
    fields.place.key(key).problem(f"{key} must be a number from 0 on.", "Write it as 2.50.")
    return NOTHING
