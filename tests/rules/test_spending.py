"""Prices of texts and calls, and the caps on them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tocsin.delivery.spending import NO_CAPS, Caps, Spent, money, spans_of, why_too_dear
from tocsin.integrations.telephony.prices import at_cost, price_of
from tocsin.kernel.errors import Invalid
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.settings import describe, load

CAPS = Caps(frozenset({"sms", "voice"}), "EUR", per_day=Decimal(5), per_month=Decimal(50))


def spent(today: str, month: str) -> list[Spent]:
    return [Spent("sms", Decimal(today), Decimal(month)), Spent("voice", Decimal(1), Decimal(1))]


@pytest.mark.parametrize(
    ("caps", "today", "month", "said"),
    [
        (CAPS, "3.99", "3.99", None),
        (CAPS, "4", "4", "the cost cap is reached: 5.00 EUR today, of 5.00 EUR"),
        (CAPS, "0", "49.25", "the cost cap is reached: 50.25 EUR this month, of 50.00 EUR"),
        (Caps(CAPS.kinds, per_day=Decimal(0)), "0", "0", "the cost cap is reached: 1.00 EUR today, of 0.00 EUR"),
        (Caps(CAPS.kinds), "1000", "1000", None),
    ],
)
def test_a_cap_is_over_all_kinds_together(caps: Caps, today: str, month: str, said: str | None) -> None:
    assert why_too_dear(caps, spent(today, month)) == said


def test_only_what_has_a_price_is_capped() -> None:
    assert CAPS.bind("sms")
    assert not CAPS.bind("email")
    assert not Caps(frozenset({"sms"})).bind("sms")
    assert not NO_CAPS.bind("sms")


def test_a_day_and_a_month_are_those_of_utc() -> None:
    begun = spans_of(datetime(2026, 3, 17, 23, 59, 59, 999, tzinfo=UTC))
    assert begun == (datetime(2026, 3, 17, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("number", "price"),
    [("+4915112345678", "0.27"), ("+15551234567", "0.0237"), ("+17875551234", "0.3"), ("+33", "0.24")],
)
def test_the_longest_beginning_of_a_number_has_the_price(number: str, price: str) -> None:
    prices = load({"TOCSIN_COSTS_SMS": "0.08, +1=0.0079, +49=0.09, +1787=0.1"}, {}).costs.sms
    assert price_of(prices, number, 3) == Decimal(price)
    assert price_of((), number) is None
    assert price_of((("+49", Decimal(1)),), "+33123456") is None


@pytest.mark.parametrize(("may_have_arrived", "cost"), [(True, Decimal("0.5")), (False, None)])
def test_a_send_costs_also_where_the_provider_may_have_taken_it_without_answering(
    may_have_arrived: bool, cost: Decimal | None
) -> None:
    with pytest.raises(SendFailed) as failed, at_cost(Decimal("0.5")):
        raise SendFailed(FailureReason.TIMEOUT, "no answer", may_have_arrived=may_have_arrived)
    assert failed.value.cost == cost


def test_money_has_the_places_that_it_needs() -> None:
    assert money(Decimal("0.0079"), CAPS) == "0.0079 EUR"
    assert money(Decimal("1.500000"), CAPS) == "1.50 EUR"
    assert money(Decimal(100), CAPS) == "100.00 EUR"


def test_prices_are_shown_as_they_are_written() -> None:
    told = {
        name: value for name, value, _ in describe(load({}, {"costs_sms": ["0.08", "+1=0.0079"], "costs_per_day": 5}))
    }
    assert told["costs_sms"] == "0.08, +1=0.0079"
    assert told["costs_per_day"] == "5"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("costs_sms", "cheap", "cheap is no amount such as 5 or 0.08."),
        ("costs_sms", "49=0.09", "49=0.09 is no price such as 0.08 or +1=0.0079."),
        ("costs_per_day", "-5", "-5 is no amount"),
        ("costs_per_month", "NaN", "NaN is no amount"),
        ("costs_currency", "€", "€ is no currency such as EUR."),
    ],
)
def test_what_is_no_price_is_refused(name: str, value: str, said: str) -> None:
    with pytest.raises(Invalid) as refusal:
        load({f"TOCSIN_{name.upper()}": value}, {})
    assert refusal.value.field == name
    assert said in refusal.value.message
