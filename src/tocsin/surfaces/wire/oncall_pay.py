"""What being on call is worth, on the wire: amounts are decimal texts, to the cent."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec

from tocsin.insights.model import CENT, Pay
from tocsin.kernel.csv_text import csv_document


class Line(msgspec.Struct, kw_only=True):
    """So much of `what`: `unit` is hour, page or day. Days off have no rate and no amount."""

    user: str
    what: str
    quantity: str
    unit: str
    rate: str | None
    amount: str | None


class Compensation(msgspec.Struct, kw_only=True):
    """What was served from `since` to `served_until`, person by person, and the sum of the amounts."""

    since: datetime
    until: datetime
    served_until: datetime
    time_zone: str
    currency: str
    lines: list[Line]
    total: str


def compensation(pay: Pay) -> Compensation:
    return Compensation(
        since=pay.period.since,
        until=pay.period.until,
        served_until=pay.until,
        time_zone=str(pay.period.zone),
        currency=pay.currency,
        lines=[
            Line(
                user=row.user,
                what=row.what,
                quantity=_quantity(row.quantity, row.unit),
                unit=row.unit,
                rate=_plain(row.rate),
                amount=_plain(row.amount),
            )
            for row in pay.rows
        ],
        total=_plain(pay.total) or "0",
    )


def compensation_csv(pay: Pay) -> str:
    """One line for each row, the person and the days in each, so that a spreadsheet can filter and add up."""
    headings = ("person", "name", "from", "to", "what", "quantity", "unit", "rate", "amount", "currency")
    days = (pay.period.first_day.isoformat(), pay.period.last_day.isoformat())
    rows = [
        (
            row.user,
            pay.names[row.user],
            *days,
            row.what,
            _quantity(row.quantity, row.unit),
            row.unit,
            _plain(row.rate) or "",
            _plain(row.amount) or "",
            pay.currency if row.amount is not None else "",
        )
        for row in pay.rows
    ]
    return csv_document(headings, rows)


def _quantity(quantity: Decimal, unit: str) -> str:
    return f"{quantity.quantize(CENT)}" if unit == "hour" else f"{quantity.normalize():f}"


def _plain(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"
