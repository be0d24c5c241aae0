"""The criteria of a level as people write them: `users_affected: above 40%`, `breach: yes`, `customers: all`.

Pure. The words of a value are those of `facts`; the comparison is above, at least, below, at most, or the word itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tocsin.catalog.facts import WORDS, Facts, Money, read_facts
from tocsin.catalog.severity import Criterion, Op
from tocsin.kernel.errors import Invalid

_BOUND = re.compile(r"(above|at least|below|at most)\s+(\S.*)", re.IGNORECASE)
_MEASURED = ("users_affected", "users_affected_share", "error_rate", "systems_down", "revenue_per_hour")


def read_criteria(written: Mapping[str, Sequence[str]], currency: str) -> tuple[Criterion, ...]:
    """By fact, each thing that leads to the level. Raises Invalid that names the fact, also for another currency."""
    return tuple(_read(fact, text, currency) for fact, texts in written.items() for text in texts)


def graded_facts(written: Iterable[Mapping[str, Sequence[str]]]) -> frozenset[str]:
    """The facts on which any of these levels has a criterion, by the names of `Facts`."""
    return frozenset(_known_of(fact, _split(text)[1])[0] for each in written for fact in each for text in each[fact])


def _read(fact: str, text: str, currency: str) -> Criterion:
    op, bound = _split(text)
    known, value = _known_of(fact, bound)
    if (op is Op.IS) is (known in _MEASURED):
        raise Invalid(f"{text!r} does not say when {WORDS[known]} count.", _remedy(known), field=fact)
    if isinstance(value, Money):
        if value.currency != currency:
            raise Invalid(
                f"The profile counts revenue in {currency}, not in {value.currency}.",
                f"Write the amount in {currency}, or `currency: {value.currency}` in the profile.",
                field=fact,
            )
        value = value.amount
    return Criterion(known, op, value)


def _split(text: str) -> tuple[Op, str]:
    bound = _BOUND.fullmatch(text.strip())
    return (Op(bound[1].lower()), bound[2]) if bound else (Op.IS, text)


def _known_of(fact: str, text: str) -> tuple[str, Any]:
    """Which of `Facts` this is, and its value: a share of users is another one than their number."""
    facts = read_facts({fact: text})
    for known in Facts._fields:
        value = getattr(facts, known)
        if value is not None:
            return known, value
    raise Invalid(f"{fact} cannot be decided by what is unknown.", "Leave it out.", field=fact)


def _remedy(fact: str) -> str:
    return "Write it as `above 40%` or `at least 10`." if fact in _MEASURED else "Write the word alone, such as `yes`."
