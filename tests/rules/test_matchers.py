"""The matcher dialect, as Alertmanager reads it (contracts 1.1, 3.6)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.errors import Invalid
from tocsin.kernel.matchers import BadRegex, Matcher, Op, compile_anchored, is_label_name, matches_all, parse_matcher

READ = [
    ('severity="critical"', Matcher("severity", Op.EQUAL, "critical")),
    ("severity=critical", Matcher("severity", Op.EQUAL, "critical")),
    ("alertname=~Foo.*", Matcher("alertname", Op.REGEX, "Foo.*")),
    (' env != "prod" ', Matcher("env", Op.NOT_EQUAL, "prod")),
    ("dc!~x|y", Matcher("dc", Op.NOT_REGEX, "x|y")),
    ('a=""', Matcher("a", Op.EQUAL, "")),
    ("a=", Matcher("a", Op.EQUAL, "")),
    (r'a="tab\"le"', Matcher("a", Op.EQUAL, 'tab"le')),
    (r'a="two\nlines"', Matcher("a", Op.EQUAL, "two\nlines")),
    (r'a="back\\slash"', Matcher("a", Op.EQUAL, r"back\slash")),
    (r'a=~"\d+"', Matcher("a", Op.REGEX, r"\d+")),
    (r"a=end\ ".strip(), Matcher("a", Op.EQUAL, "end\\")),
    ("a==b", Matcher("a", Op.EQUAL, "=b")),
    ("job:rate=1", Matcher("job:rate", Op.EQUAL, "1")),
    ("a=line one\nline two", Matcher("a", Op.EQUAL, "line one\nline two")),
    ('"label with space"="x"', Matcher("label with space", Op.EQUAL, "x")),
    ("a=é☃", Matcher("a", Op.EQUAL, "é☃")),
]


@pytest.mark.parametrize(("text", "matcher"), READ)
def test_a_matcher_is_read(text: str, matcher: Matcher) -> None:
    assert parse_matcher(text) == matcher


@pytest.mark.parametrize("text", ["{{", "", "a", "=b", "1a=b", '{a="b"}', "a-b=c", "a>b"])
def test_what_is_no_matcher_is_refused_in_alertmanagers_words(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_matcher(text)
    assert refused.value.message == f"bad matcher format: {text}"
    assert refused.value.remedy


@pytest.mark.parametrize("text", ['a="', 'a="b', 'a=b"', 'a="b"c"', r'a="b\"', 'a="b"c', r'a="b\\\"'])
def test_quotes_must_close_and_be_escaped(text: str) -> None:
    with pytest.raises(Invalid, match="unescaped double quote"):
        parse_matcher(text)


MATCHING = [
    ("a=b", {"a": "b"}, True),
    ("a=b", {}, False),
    ("a=", {}, True),
    ('a!=""', {}, False),
    ("a!=b", {}, True),
    ("a=~b", {"a": "bb"}, False),
    ("a=~b.*", {"a": "bb"}, True),
    ("a=~b|c", {"a": "c"}, True),
    ("a=~b|c", {"a": "cx"}, False),
    ("a=~.*", {}, True),
    ("a=~.+", {}, False),
    ("a!~b|c", {"a": "d"}, True),
    ("a!~.+", {}, True),
    ("a=~.*", {"a": "two\nlines"}, False),
    ("a=~(?i)prod", {"a": "PROD"}, True),
]


@pytest.mark.parametrize(("text", "labels", "expected"), MATCHING)
def test_matching(text: str, labels: dict[str, str], expected: bool) -> None:
    assert parse_matcher(text).matches(labels) is expected


def test_all_must_match() -> None:
    matchers = [parse_matcher("a=1"), parse_matcher("b!=2")]
    assert matches_all(matchers, {"a": "1"})
    assert not matches_all(matchers, {"a": "1", "b": "2"})
    assert matches_all([], {})


WORDING = [
    ("[", "error parsing regexp: missing closing ]: `[`"),
    ("a(", "error parsing regexp: missing closing ): `a(`"),
    ("*a", "error parsing regexp: missing argument to repetition operator: `*`"),
    ("a**", "error parsing regexp: invalid nested repetition operator: `**`"),
    ("(?=x)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`"),
    (r"\8", r"error parsing regexp: invalid escape sequence: `\8`"),
]


@pytest.mark.parametrize(("pattern", "message"), WORDING)
def test_a_bad_expression_is_refused_when_the_matcher_is_made(pattern: str, message: str) -> None:
    with pytest.raises(BadRegex) as refused:
        Matcher("a", Op.REGEX, pattern)
    assert refused.value.message == message


def test_an_endless_expression_is_refused() -> None:
    with pytest.raises(BadRegex, match="longer than"):
        compile_anchored("a" * 5000)


def test_a_nested_repetition_does_not_run_away() -> None:
    assert not parse_matcher("x=~(a+)+b").matches({"x": "a" * 50_000 + "!"})


values = st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=20)


@given(st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_]{0,8}", fullmatch=True), st.sampled_from([Op.EQUAL, Op.NOT_EQUAL]), values)
def test_what_is_printed_is_read_back(name: str, op: Op, value: str) -> None:
    matcher = Matcher(name, op, value)
    assert parse_matcher(str(matcher)) == matcher


@given(st.sampled_from(["a", "a|b", "[ab]+", "a.c", "a?b*", "(ab|c)d", "[^a]"]), st.text("abcd\n", max_size=6))
def test_expressions_match_as_anchored_ones_do(pattern: str, value: str) -> None:
    expected = re.fullmatch(pattern, value) is not None
    assert Matcher("x", Op.REGEX, pattern).matches({"x": value}) is expected
    assert Matcher("x", Op.NOT_REGEX, pattern).matches({"x": value}) is not expected


@given(values, values)
def test_not_equal_is_the_opposite_of_equal(wanted: str, value: str) -> None:
    labels = {"x": value}
    assert Matcher("x", Op.EQUAL, wanted).matches(labels) is not Matcher("x", Op.NOT_EQUAL, wanted).matches(labels)


@pytest.mark.parametrize(
    ("name", "good"),
    [("a", True), ("_x9", True), ("bad-name", False), ("9a", False), ("", False), ("ä", False), ("a\n", False)],
)
def test_label_names(name: str, good: bool) -> None:
    assert is_label_name(name) is good
