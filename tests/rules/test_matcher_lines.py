"""Several matchers typed into one field, in Alertmanager's dialect."""

import pytest

from tocsin.kernel.errors import Invalid
from tocsin.surfaces.web.matcher_lines import matchers_of, read_matchers, write_matchers


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", []),
        (" \n , ", []),
        ("alertname=Slow", ['alertname="Slow"']),
        ('{alertname="Slow", job=~"web|api"}', ['alertname="Slow"', 'job=~"web|api"']),
        ('note="a, b", x!=y', ['note="a, b"', 'x!="y"']),
        ('note="say \\"hi, you\\"",x=""', ['note="say \\"hi, you\\""', 'x=""']),
        ("a=1\nb!~2.*\n", ['a="1"', 'b!~"2.*"']),
    ],
)
def test_matchers_are_read_one_a_line_or_with_commas(text: str, written: list[str]) -> None:
    assert [str(matcher) for matcher in read_matchers(text)] == written


def test_what_was_written_is_read_back() -> None:
    labels = {"alertname": "Slow", "note": 'say "hi,\nyou\\"', "empty": ""}
    matchers = matchers_of(labels)
    assert read_matchers(write_matchers(matchers)) == matchers


@pytest.mark.parametrize("text", ["alertname", 'a="b', "a=~[", "=b", "a=1,,b", "x" * 5_000])
def test_what_is_no_matcher_is_refused_with_the_field(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_matchers(text, field="matchers")
    assert refused.value.field == "matchers"
    assert refused.value.remedy
