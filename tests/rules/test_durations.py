"""Durations of the configuration (spec/configuration.md)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.durations import format_duration, length_words, parse_duration
from tocsin.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("5m", 300), ("2h", 7200), ("7d", 604_800), ("1h30m", 5400), ("0m", 0), (" 5m ", 300)],
)
def test_durations_are_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "-5m", "1.5h", "5m2h", "5min", "٥m", "99999999999d"])
def test_what_is_no_duration_is_refused_with_the_remedy(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_duration(text, field="wait")
    assert refused.value.field == "wait"
    assert "5m" in refused.value.remedy


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=9999)))
def test_what_is_printed_is_read_back(span: timedelta) -> None:
    assert parse_duration(format_duration(span)) == timedelta(seconds=int(span.total_seconds()))


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=-3), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=4, seconds=59), "4 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(days=1, hours=5), "1 day"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_a_length_is_said_as_exactly_as_its_size_asks_for(length: timedelta, words: str) -> None:
    assert length_words(length) == words
