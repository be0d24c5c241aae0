"""What people say an incident cost, in figures, each with where it comes from (PMT-3). Pure.

What the facts of an incident hold already – users, error rate, revenue per hour – is said there (`catalog.facts`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from tocsin.kernel.errors import Invalid
from tocsin.kernel.text import one_line

MAX_SOURCE = 300
MOST = 10**15
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,4})?) ?%", re.ASCII)
_NUMBER = re.compile(r"\d{1,3}(?:[ ,_]\d{3})+|\d+", re.ASCII)


class Figure(StrEnum):
    USERS_AFFECTED = "users_affected"
    ERROR_RATE = "error_rate"
    FAILED_REQUESTS = "failed_requests"
    FAILED_TRANSACTIONS = "failed_transactions"
    SUPPORT_TICKETS = "support_tickets"
    SLA_BREACHED = "sla_breached"

    @property
    def is_share(self) -> bool:
        """In per cent; the others are whole numbers, or yes and no."""
        return self is Figure.ERROR_RATE

    @property
    def words(self) -> str:
        return {"sla_breached": "SLA breached"}.get(self.value, self.value.replace("_", " "))

    @property
    def heading(self) -> str:
        """ "Failed requests"."""
        return f"{self.words[:1].upper()}{self.words[1:]}"


class SaidFigure(Struct, frozen=True, kw_only=True):
    """One figure as it was last said; `value` as it is shown, "1204" or "yes"; `source` says where it comes from."""

    name: Figure
    value: str
    source: str
    by: str
    at: datetime


def read_figures(values: Mapping[str, str]) -> dict[Figure, str]:
    """By figure, as it is kept. Raises Invalid that names the field, and for none at all."""
    found = {figure: _READERS[figure](figure, values[figure].strip()) for figure in Figure if figure in values}
    if not found:
        raise Invalid("No figure was given.", f"Give one of {', '.join(Figure)}.", field="figures")
    return found


def read_source(text: str) -> str:
    """Raises Invalid without one: a figure that comes from nowhere cannot be checked."""
    source = one_line(text).strip()
    if not 1 <= len(source) <= MAX_SOURCE:
        raise Invalid(
            "A figure needs its source.",
            f"Say where it comes from in 1 to {MAX_SOURCE} characters, such as a report or a dashboard.",
            field="source",
        )
    return source


def in_words(found: Mapping[Figure, str], source: str, by: str) -> str:
    """ "Impact: failed transactions 312, support tickets 14; source: the payment provider's report. By @alice."."""
    told = ", ".join(f"{figure.words} {shown(value)}" for figure, value in found.items())
    return f"Impact: {told}; source: {source.rstrip('.')}. By {by}."


def shown(value: str) -> str:
    """ "1 204 000": a long number in groups of three."""
    return f"{int(value):,}".replace(",", " ") if value.isdigit() else value


def _read_count(figure: Figure, text: str) -> str:
    if not _NUMBER.fullmatch(text) or int(re.sub("[ ,_]", "", text)) > MOST:
        raise Invalid(f"{text[:40]!r} is no number of {figure.words}.", "Write a whole number.", field=figure.value)
    return str(int(re.sub("[ ,_]", "", text)))


def _read_share(figure: Figure, text: str) -> str:
    """ "12.5 %" → "12.5%"."""
    found = _SHARE.fullmatch(text)
    if found is None or float(found[1]) > 100:
        raise Invalid(f"{text[:40]!r} is no {figure.words}.", "Write per cent, such as 12.5%.", field=figure.value)
    return f"{found[1]}%"


def _read_flag(figure: Figure, text: str) -> str:
    if text.casefold() not in ("yes", "no"):
        raise Invalid(
            f"{text[:40]!r} does not say whether the SLA was breached.", "Write yes or no.", field=figure.value
        )
    return text.casefold()


_READERS: Mapping[Figure, Callable[[Figure, str], str]] = {
    Figure.USERS_AFFECTED: _read_count,
    Figure.ERROR_RATE: _read_share,
    Figure.FAILED_REQUESTS: _read_count,
    Figure.FAILED_TRANSACTIONS: _read_count,
    Figure.SUPPORT_TICKETS: _read_count,
    Figure.SLA_BREACHED: _read_flag,
}
