"""What may be known about an incident's impact, and how people and payloads write it down (CLS-1). Light imports."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from tocsin.kernel.errors import Invalid


class Money(NamedTuple):
    """An amount with its currency (ISO 4217)."""

    amount: float
    currency: str

    def __str__(self) -> str:
        return f"{self.amount:,.2f}".replace(",", " ").removesuffix(".00") + f" {self.currency}"


class Facts(NamedTuple):
    """What is known; None is unknown, which is not the same as "no". Shares are percentages."""

    users_affected_share: float | None = None
    users_affected: int | None = None
    customers: str | None = None
    service_status: str | None = None
    error_rate: float | None = None
    data_loss_risk: str | None = None
    data_corruption: bool | None = None
    breach: bool | None = None
    revenue_per_hour: Money | None = None
    revenue_impact: str | None = None
    sla_at_risk: str | None = None
    systems_down: int | None = None
    feature: str | None = None
    workaround: bool | None = None
    internal_only: bool | None = None
    getting_worse: bool | None = None


WORDS: Mapping[str, str] = {
    "users_affected_share": "users affected",
    "users_affected": "number of users affected",
    "customers": "customers affected",
    "service_status": "service status",
    "error_rate": "error rate",
    "data_loss_risk": "risk of data loss",
    "data_corruption": "data loss or corruption",
    "breach": "security breach",
    "revenue_per_hour": "revenue lost per hour",
    "revenue_impact": "impact on revenue",
    "sla_at_risk": "SLA at risk",
    "systems_down": "systems down",
    "feature": "criticality of the broken feature",
    "workaround": "workaround available",
    "internal_only": "internal users only",
    "getting_worse": "getting worse",
}

CHOICES: Mapping[str, tuple[str, ...]] = {
    "customers": ("one", "several", "all"),
    "service_status": ("down", "degraded", "slow", "minor"),
    "data_loss_risk": ("none", "low", "medium", "high"),
    "revenue_impact": ("low", "medium", "high", "critical"),
    "sla_at_risk": ("no", "maybe", "yes"),
    "feature": ("cosmetic", "minor", "major", "critical"),
}

_SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP"}
_NUMBER = r"\d{1,3}(?:[ ,_]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_MONEY = re.compile(rf"(?:([A-Z]{{3}}|[$€£]) ?)?({_NUMBER})(?: ?([A-Z]{{3}}|[$€£]))?", re.IGNORECASE)
_YES, _NO = ("yes", "true", "1", "on"), ("no", "false", "0", "off")


def read_facts(values: Mapping[str, Any]) -> Facts:
    """Facts from the words of a person or a payload, such as `{"users_affected": "30%", "breach": "no"}`.

    Absent, empty and "unknown" mean unknown. Raises `Invalid` that names the fact.
    """
    known: dict[str, Any] = {}
    for name, value in values.items():
        fact = name.replace("-", "_")
        if fact not in _READERS:
            near = get_close_matches(fact, _READERS, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(_READERS)}."
            raise Invalid(f"{name!r} is not a fact that can be assessed.", hint, field=name)
        text = str(value).strip()
        if value is None or text.casefold() in ("", "unknown"):
            continue
        if fact == "users_affected" and text.endswith("%"):
            known["users_affected_share"] = read_share(fact, text)
        else:
            known[fact] = _READERS[fact](fact, text)
    return Facts(**known)


def words_of(fact: str, text: str) -> str:
    """What a fact is called for people; a share of the users is another one than their number."""
    is_share = fact == "users_affected" and text.endswith("%")
    return WORDS["users_affected_share" if is_share else fact]


def read_money(fact: str, text: str) -> Money:
    """`5000USD`, `5 000 EUR`, `$5,000`: an amount must say its currency (CLS-6)."""
    found = _MONEY.fullmatch(text)
    if found is None:
        raise Invalid(f"{text!r} is not an amount of money.", "Write it as 5000 USD.", field=fact)
    code = found[1] or found[3]
    if not code or (found[1] and found[3]):
        raise Invalid(f"The amount {text!r} needs one currency.", "Write it as 5000 USD.", field=fact)
    return Money(float(re.sub("[ ,_]", "", found[2])), _SYMBOLS.get(code, code.upper()))


def read_share(fact: str, text: str) -> float:
    """`30%` or `30`: percent, from 0 to 100."""
    number = text.removesuffix("%").strip()
    if not re.fullmatch(r"\d+(\.\d+)?", number) or float(number) > 100:
        raise Invalid(f"{text!r} is not a share.", "Write a percentage from 0% to 100%.", field=fact)
    return float(number)


def _read_count(fact: str, text: str) -> int:
    if not re.fullmatch(_NUMBER, text) or "." in text:
        remedy = (
            "Write a whole number, or a share such as 30%." if fact == "users_affected" else "Write a whole number."
        )
        raise Invalid(f"{text!r} is not a number of {WORDS[fact].removeprefix('number of ')}.", remedy, field=fact)
    return int(re.sub("[ ,_]", "", text))


def _read_flag(fact: str, text: str) -> bool:
    if text.casefold() not in _YES + _NO:
        raise Invalid(f"{text!r} does not answer {WORDS[fact]!r}.", "Write yes, no or unknown.", field=fact)
    return text.casefold() in _YES


def _read_choice(fact: str, text: str) -> str:
    if text.casefold() not in CHOICES[fact]:
        raise Invalid(
            f"{text!r} is not a value of {WORDS[fact]!r}.", f"Use one of {', '.join(CHOICES[fact])}.", field=fact
        )
    return text.casefold()


_READERS: Mapping[str, Callable[[str, str], Any]] = {
    "users_affected": _read_count,
    "users_affected_share": read_share,
    "error_rate": read_share,
    "systems_down": _read_count,
    "revenue_per_hour": read_money,
    **dict.fromkeys(CHOICES, _read_choice),
    **dict.fromkeys(("data_corruption", "breach", "workaround", "internal_only", "getting_worse"), _read_flag),
}
