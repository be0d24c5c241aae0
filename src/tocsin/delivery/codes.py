"""The code by which somebody shows that a contact is theirs: how long it works, how often it may be tried, and how many
are sent (SEC-9). Pure; the code itself is derived (`keys`), and entered in `confirming`.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from tocsin.kernel.errors import Invalid, TooManyAttempts

DIGITS = 6
LASTS = timedelta(minutes=10)
MOST_TRIES = 5

SPAN = timedelta(hours=1)
MOST_OF_PERSON = 5
"""Codes that one person has sent within the span, by whichever contacts."""

MOST_TO_ADDRESS = 5
"""Codes that one address gets within the span, whoever adds it: nobody's telephone is filled with them."""

_WRITTEN = re.compile(r"[0-9]{6}")
_GAPS = re.compile(r"[\s-]", re.ASCII)


class Issued(msgspec.Struct, frozen=True):
    """A code that was sent, without the code."""

    id: int
    delivery_id: UUID
    issued_at: datetime
    tries: int
    used_at: datetime | None


class IssuedLately(msgspec.Struct, frozen=True):
    """One that counts for the limit of the person, of the address, or of both."""

    is_of_person: bool
    is_to_address: bool
    issued_at: datetime


def is_open(issued: Issued, now: datetime) -> bool:
    """Whether it may be tried: once right, five times wrong, for ten minutes."""
    return issued.used_at is None and issued.tries < MOST_TRIES and now < issued.issued_at + LASTS


def read_code(text: str) -> str:
    """Six digits, without the gap with which people write them. Raises Invalid."""
    code = _GAPS.sub("", text)
    if not _WRITTEN.fullmatch(code):
        raise Invalid("A code has six digits.", "Copy it from the message.", field="code")
    return code


def check_may_issue(lately: Sequence[IssuedLately], now: datetime) -> None:
    """Raises TooManyAttempts, in the same words for both limits: nobody learns who else adds an address.

    `lately`: those of the span until now, oldest first.
    """
    of_person = [each.issued_at for each in lately if each.is_of_person]
    to_address = [each.issued_at for each in lately if each.is_to_address]
    free_at = [
        issued[-most] + SPAN
        for issued, most in ((of_person, MOST_OF_PERSON), (to_address, MOST_TO_ADDRESS))
        if len(issued) >= most
    ]
    if free_at:
        seconds = max(1, round((max(free_at) - now).total_seconds()))
        minutes = -(-seconds // 60)
        raise TooManyAttempts(
            "Too many codes were sent lately.",
            f"Look for the last one, also where unwanted mail goes; another can be sent in {minutes} min.",
            retry_after=seconds,
        )
