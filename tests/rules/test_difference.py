"""What two versions of a text differ in: lines, words, what is left out, and that nothing of either is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.difference import Change, Line, Piece, Tally, compare, in_text, shortened, tally

BEFORE = "# Impact\n\nCheckout failed for 12 minutes.\nNobody noticed.\n"
AFTER = "# Impact\n\nCheckout failed for 14 minutes.\nAn alert fired.\nThen it was over.\n"


def test_a_changed_word_is_marked_in_its_line() -> None:
    lines = compare("It took 12 minutes.", "It took 14 minutes.")
    assert [line.change for line in lines] == [Change.REMOVED, Change.ADDED]
    assert lines[1].pieces == (
        Piece(Change.SAME, "It took "),
        Piece(Change.ADDED, "14"),
        Piece(Change.SAME, " minutes."),
    )


def test_a_line_that_has_nothing_in_common_is_replaced_as_a_whole() -> None:
    assert compare("Nobody noticed.", "alerts fire within seconds") == [
        Line(Change.REMOVED, (Piece(Change.REMOVED, "Nobody noticed."),)),
        Line(Change.ADDED, (Piece(Change.ADDED, "alerts fire within seconds"),)),
    ]


def test_as_text_it_has_signs() -> None:
    assert list(in_text(compare(BEFORE, AFTER))) == [
        "  # Impact",
        "",
        "- Checkout failed for 12 minutes.",
        "- Nobody noticed.",
        "+ Checkout failed for 14 minutes.",
        "+ An alert fired.",
        "+ Then it was over.",
    ]


def test_what_is_far_from_a_change_is_counted() -> None:
    before = "\n".join(str(n) for n in range(20))
    after = before.replace("10", "ten")
    assert list(in_text(shortened(compare(before, after)))) == [
        "  … 8 lines as before",
        *("  8", "  9", "- 10", "+ ten", "  11", "  12"),
        "  … 7 lines as before",
    ]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("a", "a", "nothing changed"),
        ("", "a", "1 line added"),
        ("a\nb", "", "2 lines removed"),
        ("a\nb", "a\nc\nd", "2 lines added, 1 removed"),
    ],
)
def test_the_tally_is_said_in_words(before: str, after: str, words: str) -> None:
    assert tally(compare(before, after)).words == words


def test_texts_that_are_too_large_are_compared_coarsely() -> None:
    before = "same\n" + "a\n" * 30_000 + "end"
    after = "same\n" + "b\n" * 30_000 + "end"
    lines = compare(before, after)
    assert (lines[0].change, lines[-1].change) == (Change.SAME, Change.SAME)
    assert tally(lines) == Tally(30_000, 30_000)


LINES = st.lists(st.sampled_from(["", "a", "b c", "b d", "b  d.", "x y z"]), max_size=12).map("\n".join)


@given(LINES, LINES)
def test_nothing_of_either_text_is_lost(before: str, after: str) -> None:
    lines = compare(before, after)
    assert [line.text for line in lines if line.change is not Change.ADDED] == before.splitlines()
    assert [line.text for line in lines if line.change is not Change.REMOVED] == after.splitlines()
    shown = shortened(lines)
    assert sum(line.n for line in shown) == len(lines)
    assert tally(shown) == tally(lines)
