from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.text import clean, one_line, shorten


def test_removes_what_hides_or_reorders_text() -> None:
    assert clean("a\u202eb\u2066c\u0000d\ud800e\x1b[31m") == "abcde[31m"
    assert clean("two\nlines\tand a tab") == "two\nlines\tand a tab"
    assert clean("👩\u200d🚒 at work") == "👩\u200d🚒 at work"


@given(st.text(alphabet=st.characters(), max_size=200))
def test_one_line_is_one_printable_line(text: str) -> None:
    line = one_line(text, 80)
    assert len(line) <= 80
    assert len(line.splitlines()) <= 1
    line.encode()


def test_shorten_shows_that_something_was_cut() -> None:
    assert shorten("abcdef", 6) == "abcdef"
    assert shorten("abc def", 5) == "abc…"
