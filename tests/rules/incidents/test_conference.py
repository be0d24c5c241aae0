"""WAR-4: the link of an incident's call, from the organisation's pattern or set by a person."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rules.incidents.examples import incident
from tocsin.incidents.conference import check_url, conference_url, fill, find_fault, slug
from tocsin.kernel.errors import Invalid

PATTERN = "https://meet.example.com/{date:%Y-%m-%d}/{id}-{slug}"


def test_the_pattern_is_filled_with_number_title_and_day() -> None:
    assert conference_url(incident(), PATTERN) == "https://meet.example.com/2026-11-02/INC-7-checkout-fails"
    assert conference_url(incident(), None) is None
    own = incident(conference_url="https://call.example.com/db")
    assert conference_url(own, PATTERN) == conference_url(own, None) == "https://call.example.com/db"


@pytest.mark.parametrize(
    ("title", "made"),
    [
        ("Checkout answers 500!", "checkout-answers-500"),
        ("Überlastung der Datenbank", "uberlastung-der-datenbank"),
        ("数据库", "incident"),
        ("a" * 60, "a" * 40),
        ("one two three four five six seven eight nine ten", "one-two-three-four-five-six-seven-eight"),
    ],
)
def test_a_title_becomes_part_of_an_address(title: str, made: str) -> None:
    assert slug(title) == made


@pytest.mark.parametrize(
    "pattern",
    [
        "https://meet.example.com/{ticket}",
        "https://meet.example.com/{id.__class__}",
        "https://meet.example.com/{}",
        "https://meet.example.com/{id!r}",
        "https://meet.example.com/{id:>400}",
        "https://meet.example.com/{date}",
        "https://meet.example.com/{date:%Y{id}}",
        "https://meet.example.com/{id",
        "meet.example.com/{id}",
        "javascript:alert(1)//{id}",
    ],
)
def test_a_pattern_that_cannot_be_filled_is_named_as_such(pattern: str) -> None:
    assert find_fault(pattern)


@given(st.text(alphabet=string.printable, max_size=40))
def test_whatever_passes_the_check_can_be_filled(tail: str) -> None:
    pattern = f"https://meet.example.com/{tail}"
    if not find_fault(pattern):
        assert fill(pattern, incident()).startswith("https://meet.example.com")


@pytest.mark.parametrize("url", ["", "meet", "ftp://x/y", "javascript:alert(1)", "https://x y", "https://" + "x" * 500])
def test_a_link_that_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_url(url)
    assert refused.value.field == "url"
