"""Words of a request as values; what is wrong is refused by the name of its field."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from tocsin.kernel.errors import Invalid
from tocsin.kernel.localtime import FIRST_YEAR, LAST_YEAR
from tocsin.kernel.text import whole_number

Choice = TypeVar("Choice", bound=StrEnum)


def one_of(kind: type[Choice], text: str, field: str) -> Choice:
    """The member of that name; raises Invalid that lists them."""
    try:
        return kind(text.lower())
    except ValueError:
        raise Invalid(f"{text[:40]!r} is not a {field}.", f"Use one of {', '.join(kind)}.", field=field) from None


def as_utc(instant: datetime, field: str) -> datetime:
    """An instant must say its zone: a server cannot know the caller's."""
    if instant.tzinfo is None:
        raise Invalid(f"{field} has no time zone.", "Write it as 2026-11-21T14:20:00Z.", field=field)
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise Invalid(f"{field} is in the year {instant.year}.", f"Ask for {FIRST_YEAR} to {LAST_YEAR}.", field=field)
    return instant.astimezone(UTC)


def as_number(text: str | None, field: str) -> int | None:
    """A cursor or an id: digits, or absent."""
    return None if text is None else as_id(text, field)


def as_id(text: str, field: str) -> int:
    """Digits, few enough for a column."""
    number = whole_number(text)
    if number is None:
        raise Invalid(f"{text[:40]!r} is not a {field}.", "Hand back what the answer before gave you.", field=field)
    return number
