"""`organisation.on_call:` – what is read of it, what it shows in a plan, and what is refused."""

from datetime import time

import pytest

from tocsin.catalog.working_time import DailyHours, OnCallTerms
from tocsin.config.files import load_texts
from tocsin.config.problems import ConfigurationInvalid
from tocsin.config.shape import organisation_shape


def terms(text: str) -> OnCallTerms:
    document = load_texts({"tocsin.yaml": f"organisation:\n  name: Shop\n  on_call: {text}\n"}, {})
    assert document.organisation is not None
    return document.organisation.value.on_call


def test_what_is_left_out_is_as_usual() -> None:
    assert terms("{}") == OnCallTerms()
    said = terms('{night: {from: "21:00", to: "06:00"}, rest_notice: "08:30"}')
    assert said == OnCallTerms(night=DailyHours(begin=time(21), to=time(6)), rest_notice=time(8, 30))


def test_a_plan_shows_what_is_unusual() -> None:
    document = load_texts(
        {"tocsin.yaml": 'organisation: {name: Shop, on_call: {woken: {from: "23:00", to: "05:00"}}}'}, {}
    )
    assert document.organisation is not None
    assert organisation_shape(document.organisation.value)["on_call"] == {"woken": {"from": "23:00", "to": "05:00"}}
    usual = load_texts({"tocsin.yaml": "organisation: {name: Shop}"}, {})
    assert usual.organisation is not None
    assert "on_call" not in organisation_shape(usual.organisation.value)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{night: {from: "22:00"}}', "to"),
        ('{night: {from: "late", to: "06:00"}}', "'late' is no time of a day"),
        ('{rest_notice: "soon"}', "'soon' is no time of a day"),
        ("{nights: {}}", "Did you mean 'night'?"),
        ("often", "must be a mapping"),
    ],
)
def test_what_is_wrong_is_named(text: str, problem: str) -> None:
    with pytest.raises(ConfigurationInvalid) as refused:
        terms(text)
    assert problem in str(refused.value)
