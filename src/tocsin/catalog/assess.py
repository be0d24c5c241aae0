"""Grade what is known by a severity profile: the worst criterion decides, unknown facts never lower (CLS-1, CLS-6).

Pure, and light to import: `tocsin assess` runs it offline.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tocsin.catalog.facts import WORDS, Facts, Money
from tocsin.catalog.severity import Criterion, Level, Op, Profile
from tocsin.kernel.errors import Invalid


class CouldRaise(NamedTuple):
    """An unknown fact that could make it worse: which, up to which level, and what it would take."""

    fact: str
    level: str
    when: str


class Assessment(NamedTuple):
    """The level (None: nothing is known that the profile grades), what decided it, and what could still raise it."""

    level: Level | None
    criteria: tuple[Criterion, ...]
    reason: str
    could_raise: tuple[CouldRaise, ...]

    @property
    def criterion(self) -> Criterion | None:
        """The first of the criteria that decided."""
        return self.criteria[0] if self.criteria else None


def assess(profile: Profile, facts: Facts) -> Assessment:
    """The level that the known facts lead to. Raises `Invalid` when an amount is in another currency."""
    _refuse_other_currency(profile, facts)
    for level in profile.levels:
        met = tuple(c for c in level.criteria if holds(c, facts))
        if met:
            why = "; ".join(describe(c, profile, getattr(facts, c.fact)) for c in met)
            return Assessment(level, met, f"{level.name}: {why}", _could_raise(profile, facts, level.rank))
    return Assessment(
        None,
        (),
        "unclassified: nothing is known yet that the profile grades",
        _could_raise(profile, facts, len(profile.levels) + 1),
    )


def holds(criterion: Criterion, facts: Facts) -> bool:
    """Whether a known fact meets a criterion; an unknown one meets none."""
    known: Any = getattr(facts, criterion.fact)
    if known is None:
        return False
    value = known.amount if isinstance(known, Money) else known
    match criterion.op:
        case Op.IS:
            return value == criterion.value
        case Op.ABOVE:
            return value > criterion.value
        case Op.AT_LEAST:
            return value >= criterion.value
        case Op.BELOW:
            return value < criterion.value
        case Op.AT_MOST:
            return value <= criterion.value


def describe(criterion: Criterion, profile: Profile, known: Any = None) -> str:
    """The criterion as a person reads it: `users affected at least 10 % (30 %)`, with the known value behind."""
    words = WORDS[criterion.fact]
    if isinstance(criterion.value, bool):
        return words if criterion.value else f"{words}: no"
    if criterion.op is Op.IS:
        return f"{words}: {criterion.value}"
    bound = _shown(criterion.fact, criterion.value, profile)
    return f"{words} {criterion.op} {bound}" + ("" if known is None else f" ({_shown(criterion.fact, known, profile)})")


def _could_raise(profile: Profile, facts: Facts, rank: int) -> tuple[CouldRaise, ...]:
    found: dict[str, CouldRaise] = {}
    for level in profile.levels:
        if level.rank >= rank:
            break
        for one in level.criteria:
            if getattr(facts, one.fact) is None and one.fact not in found:
                found[one.fact] = CouldRaise(one.fact, level.name, describe(one, profile))
    return tuple(found.values())


def _refuse_other_currency(profile: Profile, facts: Facts) -> None:
    money = facts.revenue_per_hour
    if money is not None and money.currency != profile.currency:
        raise Invalid(
            f"The severity profile {profile.name!r} counts revenue in {profile.currency}, not in {money.currency}.",
            f"Give the amount in {profile.currency}.",
            field="revenue_per_hour",
        )


def _shown(fact: str, value: Any, profile: Profile) -> str:
    if isinstance(value, Money):
        return str(value)
    if fact == "revenue_per_hour":
        return str(Money(float(value), profile.currency))
    return f"{value:g} %" if fact in ("users_affected_share", "error_rate") else f"{value:g}"
