"""Grading what is known: the worst criterion decides, boundaries, currencies, what could raise it (CLS-1, CLS-6)."""

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.catalog.assess import assess
from tocsin.catalog.facts import CHOICES, Facts, Money, read_facts
from tocsin.catalog.profiles import PRESETS, active
from tocsin.kernel.errors import Invalid


def level(profile: str = "sre", **values: Any) -> str | None:
    found = assess(active(profile), read_facts(values)).level
    return found.name if found else None


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"users_affected": "50.1%"}, "SEV-1"),
        ({"users_affected": "50%"}, "SEV-2"),
        ({"users_affected": "10%"}, "SEV-2"),
        ({"users_affected": "9.9%"}, "SEV-3"),
        ({"users_affected": "1%"}, "SEV-3"),
        ({"users_affected": "0.9%"}, "SEV-4"),
        ({"revenue_per_hour": "10001 USD"}, "SEV-1"),
        ({"revenue_per_hour": "10000 USD"}, "SEV-2"),
        ({"revenue_per_hour": "1000USD"}, "SEV-2"),
        ({"revenue_per_hour": "999USD"}, "SEV-3"),
        ({"revenue_per_hour": "0 USD"}, "SEV-4"),
        ({"sla_at_risk": "yes"}, "SEV-1"),
        ({"sla_at_risk": "maybe"}, "SEV-2"),
        ({"sla_at_risk": "no"}, "SEV-4"),
        ({"internal_only": "yes"}, "SEV-4"),
        ({"workaround": "yes"}, "SEV-4"),
        ({"error_rate": "35%"}, "SEV-2"),
        ({"breach": "yes"}, "SEV-1"),
        ({"data_corruption": True}, "SEV-1"),
        ({"data_loss_risk": "high"}, "SEV-1"),
        ({"service_status": "down"}, "SEV-1"),
        ({"users_affected": "30%", "revenue_per_hour": "5000USD"}, "SEV-2"),
        ({"users_affected": "0.5%", "revenue_per_hour": "20000USD"}, "SEV-1"),
        ({"users_affected": "60%", "internal_only": "yes"}, "SEV-1"),
        ({"breach": "no"}, None),
        ({}, None),
    ],
)
def test_the_default_table(values: dict[str, Any], expected: str | None) -> None:
    assert level(**values) == expected


@pytest.mark.parametrize(
    ("profile", "values", "expected"),
    [
        ("classic", {"service_status": "down"}, "SEV1"),
        ("classic", {"service_status": "slow"}, "SEV2"),
        ("classic", {"feature": "major"}, "SEV3"),
        ("classic", {"feature": "cosmetic"}, "SEV4"),
        ("framework", {"customers": "several"}, "SEV2"),
        ("framework", {"feature": "major"}, "SEV2"),
        ("framework", {"workaround": "yes"}, "SEV3"),
        ("framework", {"users_affected": "1"}, "SEV4"),
        ("framework", {"users_affected": "12"}, "SEV3"),
        ("command", {"feature": "critical"}, "SEV-2"),
        ("command", {"feature": "minor"}, "SEV-4"),
        ("p-levels", {"users_affected": "51%"}, "P0"),
        ("p-levels", {"users_affected": "50%"}, "P1"),
        ("p-levels", {"data_loss_risk": "low"}, "P2"),
        ("p-levels", {"revenue_impact": "critical"}, "P0"),
        ("p-levels", {"service_status": "minor"}, "P3"),
    ],
)
def test_the_other_tables(profile: str, values: dict[str, Any], expected: str) -> None:
    assert level(profile, **values) == expected


def test_the_answer_names_what_decided_and_the_known_value() -> None:
    found = assess(active(), read_facts({"users_affected": "30%", "sla_at_risk": "no"}))
    assert found.reason == "SEV-2: users affected at least 10 % (30 %)"
    assert found.criterion is not None
    assert found.criterion.fact == "users_affected_share"


def test_the_answer_names_which_missing_fact_could_raise_it_and_how_far() -> None:
    found = assess(active(), read_facts({"users_affected": "30%", "sla_at_risk": "no"}))
    by_fact = {one.fact: (one.level, one.when) for one in found.could_raise}
    assert by_fact["revenue_per_hour"] == ("SEV-1", "revenue lost per hour above 10 000 USD")
    assert "sla_at_risk" not in by_fact  # known
    assert "users_affected_share" not in by_fact
    assert assess(active(), read_facts({"breach": "yes"})).could_raise == ()


def test_another_currency_is_refused_by_name() -> None:
    with pytest.raises(Invalid, match="counts revenue in USD, not in EUR") as refused:
        level(revenue_per_hour="5000 EUR")
    assert refused.value.field == "revenue_per_hour"


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("5000USD", Money(5000, "USD")),
        ("5 000 eur", Money(5000, "EUR")),
        ("$5,000.50", Money(5000.5, "USD")),
        ("USD 12", Money(12, "USD")),
        ("£3", Money(3, "GBP")),
    ],
)
def test_ways_to_write_an_amount(text: str, money: Money) -> None:
    assert read_facts({"revenue_per_hour": text}).revenue_per_hour == money


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"revenue_per_hour": "5000"}, "needs one currency"),
        ({"revenue_per_hour": "USD 5000 EUR"}, "needs one currency"),
        ({"revenue_per_hour": "lots"}, "not an amount"),
        ({"users_affected": "101%"}, "not a share"),
        ({"users_affected": "-1"}, "not a number"),
        ({"users_affected": "1.5"}, "not a number"),
        ({"error_rate": "nan"}, "not a share"),
        ({"data_loss_risk": "huge"}, "none, low, medium, high"),
        ({"breach": "perhaps"}, "yes, no or unknown"),
        ({"userz_affected": "3%"}, "Did you mean 'users_affected'"),
    ],
)
def test_what_cannot_be_read_is_refused_by_the_name_of_the_fact(values: dict[str, str], says: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_facts(values)
    assert says in str(refused.value)
    assert refused.value.field == next(iter(values))


@pytest.mark.parametrize("text", ["", "unknown", "Unknown"])
def test_unknown_is_not_no(text: str) -> None:
    assert read_facts({"breach": text, "users-affected": text}) == Facts()


shares = st.floats(0, 100)
flags = st.booleans()
facts = st.builds(
    Facts,
    **{name: st.none() | st.sampled_from(words) for name, words in CHOICES.items()},
    users_affected_share=st.none() | shares,
    error_rate=st.none() | shares,
    users_affected=st.none() | st.integers(0, 10**7),
    systems_down=st.none() | st.integers(0, 50),
    revenue_per_hour=st.none() | st.builds(Money, st.floats(0, 10**6), st.just("USD")),
    **dict.fromkeys(("data_corruption", "breach", "workaround", "internal_only", "getting_worse"), st.none() | flags),
)


@given(st.sampled_from(list(PRESETS.values())), facts, st.sampled_from(Facts._fields))
def test_an_unknown_fact_never_lowers_and_what_raises_was_foretold(profile: Any, known: Facts, forgotten: str) -> None:
    more, less = assess(profile, known), assess(profile, known._replace(**{forgotten: None}))
    rank_more = more.level.rank if more.level else 5
    rank_less = less.level.rank if less.level else 5
    assert rank_more <= rank_less
    if rank_more < rank_less:
        assert forgotten in {one.fact for one in less.could_raise}


def test_assessing_offline_imports_nothing_heavy() -> None:
    """`tocsin assess` starts fast because of it (PERF-11)."""
    code = "import sys, tocsin.catalog.assess, tocsin.catalog.profiles; print(*sys.modules)"
    names = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"msgspec", "psycopg", "yaml", "asyncio", "dataclasses"} & set(names)
