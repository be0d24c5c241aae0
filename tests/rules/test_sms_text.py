"""Segments of texts, and what of a text is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.integrations.channels.sms.segments import cost_of, fit, plain


@pytest.mark.parametrize(
    ("text", "segments", "is_gsm"),
    [
        ("", 1, True),
        ("a" * 160, 1, True),
        ("a" * 161, 2, True),
        ("a" * 306, 2, True),
        ("a" * 307, 3, True),
        ("€" * 80, 1, True),
        ("€" * 81, 2, True),
        ("a" * 152 + "€" + "a" * 152, 3, True),  # the escape and its character stay together
        ("ж" * 70, 1, False),
        ("ж" * 71, 2, False),
        ("ж" * 134, 2, False),
        ("🔥" * 35, 1, False),
        ("🔥" * 36, 2, False),
        ("🔥" * 66, 2, False),
        ("🔥" * 67, 3, False),  # a surrogate pair stays together: 33 in each
    ],
)
def test_a_text_is_counted_as_it_is_paid_for(text: str, segments: int, is_gsm: bool) -> None:
    assert cost_of(text) == (segments, is_gsm)


def test_typographic_characters_do_not_double_the_price() -> None:
    text = plain("“Checkout” – 5 % of Łukasz’s requests fail… → č")
    assert text == '"Checkout" - 5 % of Łukasz\'s requests fail... -> c'
    assert cost_of(plain("“Checkout” – 5 % fail…")).is_gsm
    assert plain("ночь 🔥") == "ночь 🔥"


@given(st.text(max_size=400), st.text(alphabet="abc ж🔥€", max_size=60), st.integers(2, 5))
def test_a_text_never_costs_more_than_was_allowed_and_keeps_what_to_do(head: str, tail: str, most: int) -> None:
    text = fit(head, tail, most)
    assert cost_of(text).segments <= most
    assert text.endswith(tail.strip())


def test_the_head_is_cut_as_little_as_possible() -> None:
    text = fit("x" * 500, "https://tocsin.example.com/ack/1", 2)
    assert cost_of(text).segments == 2
    assert cost_of(text.replace("...", "x...", 1)).segments == 3
