"""What is typed into the search box, and what is shown of what was found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.incidents.search_words import BEGIN, END, Piece, pieces, to_query
from tocsin.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        ("cache", "'cache':*"),
        ("  checkout  v2.3 ", "'checkout':* & 'v2.3':*"),
        ("it's", "'it''s':*"),
        ("a\\b & !c | (d:*", "'a\\\\b':* & '!c':* & '(d:*':*"),
    ],
)
def test_every_word_is_looked_for_as_it_is_written(asked: str, query: str) -> None:
    assert to_query(asked) == query


@pytest.mark.parametrize("asked", ["", "  ", "& | !", "x" * 201])
def test_what_has_no_words_or_too_many_is_refused(asked: str) -> None:
    with pytest.raises(Invalid) as refused:
        to_query(asked)
    assert refused.value.field == "q"
    assert refused.value.remedy


def test_a_match_is_told_from_what_stands_around_it() -> None:
    assert pieces(f"the {BEGIN}cache{END} is {BEGIN}cold{END}") == (
        Piece("the ", False),
        Piece("cache", True),
        Piece(" is ", False),
        Piece("cold", True),
    )
    assert pieces("") == ()


@given(st.text(st.sampled_from([BEGIN, END, "a", "<", " "])))
def test_nothing_is_lost_but_the_marks(marked: str) -> None:
    shown = "".join(piece.text for piece in pieces(marked))
    assert shown == marked.replace(BEGIN, "").replace(END, "") or END in shown
