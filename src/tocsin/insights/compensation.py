"""From what somebody has served to what it is worth: rules → rows. Pure (ONC-7).

The rows of hours are those of the load table, each hour once: their quantities add up to the hours on call. What a
minimum block adds has a row of its own, so that this stays so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from tocsin.catalog.compensation import Compensation
from tocsin.insights.model import CENT, Duty, Piece, Records, Row

KINDS: tuple[str, ...] = ("weekday", "night", "weekend", "holiday")


def rows_of(user: str, records: Records, rules: Compensation) -> list[Row]:
    """The rows of one person for what they have served; what is nothing has no row."""
    found = [*_hours(user, records, rules), *_pages(user, records, rules), *_time_off(user, records, rules)]
    return [row for row in found if row.quantity]


def total_of(rows: Iterable[Row]) -> Decimal:
    """The money of rows, to the cent: the sum of what each line shows."""
    return sum((row.amount for row in rows if row.amount is not None), Decimal())


def kind_of(piece: Piece) -> str:
    """As what an hour is paid: the first that applies of holiday, weekend, night, weekday."""
    if piece.holiday:
        return "holiday"
    if piece.is_weekend:
        return "weekend"
    return "night" if piece.night is not None else "weekday"


def _hours(user: str, records: Records, rules: Compensation) -> Iterator[Row]:
    lengths = dict.fromkeys(KINDS, timedelta())
    for piece in records.pieces:
        lengths[kind_of(piece)] += piece.length
    added = dict.fromkeys(KINDS, timedelta())
    for duty in records.shifts:
        kind, length = _served(duty, records.pieces)
        if timedelta() < length < rules.minimum_block:
            added[kind] += rules.minimum_block - length
    for kind, length in lengths.items():
        yield _priced(user, f"{kind} hours", _in_hours(length), "hour", getattr(rules.per_hour, kind))
    for kind, length in added.items():
        what = f"{kind} hours up to the minimum block"
        yield _priced(user, what, _in_hours(length), "hour", getattr(rules.per_hour, kind))


def _served(duty: Duty, pieces: Iterable[Piece]) -> tuple[str, timedelta]:
    """The kind of a shift's first hour and how long it lasted; hours that counted for another schedule are not its."""
    own = [
        piece
        for piece in pieces
        if piece.schedule == duty.schedule and duty.starts_at <= piece.starts_at < duty.ends_at
    ]
    return (kind_of(own[0]) if own else KINDS[0]), sum((piece.length for piece in own), timedelta())


def _pages(user: str, records: Records, rules: Compensation) -> Iterator[Row]:
    at_night = len(records.night_pages)
    yield _priced(user, "pages by day", Decimal(len(records.pages) - at_night), "page", rules.per_page.day)
    yield _priced(user, "pages at night", Decimal(at_night), "page", rules.per_page.night)


def _time_off(user: str, records: Records, rules: Compensation) -> Iterator[Row]:
    if rules.time_off is not None:
        times = len(records.night_pages) // rules.time_off.night_pages
        yield Row(user=user, what="time off", quantity=times * rules.time_off.days, unit="day")


def _priced(user: str, what: str, quantity: Decimal, unit: str, rate: Decimal) -> Row:
    amount = (quantity * rate).quantize(CENT, ROUND_HALF_UP)
    return Row(user=user, what=what, quantity=quantity, unit=unit, rate=rate, amount=amount)


def _in_hours(length: timedelta) -> Decimal:
    return Decimal(round(length.total_seconds())) / 3600
