"""`organisation.compensation:` – what is read of it, what a plan shows, and what is refused."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tocsin.catalog.compensation import Compensation, HourRates, PageRates, TimeOff
from tocsin.config.files import load_texts
from tocsin.config.problems import ConfigurationInvalid
from tocsin.config.shape import organisation_shape

WHOLE = """
    currency: EUR
    per_hour: {weekday: 2.50, night: 4, weekend: 6, holiday: 9.25}
    per_page: {day: 10, night: 25}
    minimum_block: 4h
    time_off: {night_pages: 3, days: 0.5}
"""


def read(text: str) -> Compensation | None:
    document = load_texts({"tocsin.yaml": f"organisation:\n  name: Shop\n  compensation: {text}\n"}, {})
    assert document.organisation is not None
    return document.organisation.value.compensation


def test_all_of_it() -> None:
    assert read(WHOLE) == Compensation(
        currency="EUR",
        per_hour=HourRates(weekday=Decimal("2.50"), night=Decimal(4), weekend=Decimal(6), holiday=Decimal("9.25")),
        per_page=PageRates(day=Decimal(10), night=Decimal(25)),
        minimum_block=timedelta(hours=4),
        time_off=TimeOff(night_pages=3, days=Decimal("0.5")),
    )
    assert read("{currency: CHF}") == Compensation(currency="CHF")


def test_a_plan_shows_it_as_it_is_written() -> None:
    document = load_texts({"tocsin.yaml": f"organisation:\n  name: Shop\n  compensation:{WHOLE}"}, {})
    assert document.organisation is not None
    assert organisation_shape(document.organisation.value)["compensation"] == {
        "currency": "EUR",
        "per_hour": {"weekday": "2.50", "night": "4", "weekend": "6", "holiday": "9.25"},
        "per_page": {"day": "10", "night": "25"},
        "minimum_block": "4h",
        "time_off": {"night_pages": 3, "days": "0.5"},
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{}", "'currency'"),
        ("{currency: euros}", "'euros' is no currency"),
        ("{currency: EUR, per_hour: {weekday: -1}}", "weekday must be a number from 0 on"),
        ("{currency: EUR, per_hour: {weekday: much}}", "weekday must be a number from 0 on"),
        ("{currency: EUR, per_hour: {nights: 1}}", "Did you mean 'night'?"),
        ("{currency: EUR, minimum_block: 25h}", "longer than a day"),
        ("{currency: EUR, minimum_block: long}", "'long' is not a duration"),
        ("{currency: EUR, time_off: {days: 1}}", "'night_pages'"),
        ("{currency: EUR, time_off: {night_pages: 0, days: 1}}", "from 1 to 1000"),
        ("{currency: EUR, time_off: {night_pages: 3}}", "'days'"),
        ("12", "must be a mapping"),
    ],
)
def test_what_is_wrong_is_named(text: str, problem: str) -> None:
    with pytest.raises(ConfigurationInvalid) as refused:
        read(text)
    assert problem in str(refused.value)
