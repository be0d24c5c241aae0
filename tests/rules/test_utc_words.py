"""Instants in sentences, on the reader's clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.delivery.model import Line, MessageView
from tocsin.delivery.wording import on_clock_of_reader
from tocsin.kernel.utc_words import on_clock_of

NOW = datetime(2026, 11, 2, 22, 40, tzinfo=UTC)
BERLIN, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        ("the next step is called at 22:45 UTC", "the next step is called at 23:45 CET"),
        ("it goes on at 22:45:07 UTC, then at 23:10 UTC.", "it goes on at 23:45:07 CET, then at Tue 00:10 CET."),
        ("held until 2026-11-03 08:00 UTC", "held until 2026-11-03 09:00 CET"),
        ("called again at 2026-11-02 23:30 UTC", "called again at 2026-11-03 00:30 CET"),
        ("since 12:00 CET, 25:00 UTC or 3:00 UTC", "since 12:00 CET, 25:00 UTC or 3:00 UTC"),
        ("", ""),
    ],
)
def test_a_stored_instant_is_said_on_the_readers_clock(stored: str, read: str) -> None:
    assert on_clock_of(BERLIN, stored, NOW) == read


def test_half_hours_and_summer_time() -> None:
    assert on_clock_of(KOLKATA, "at 10:00 UTC", NOW.replace(hour=9)) == "at 15:30 IST"
    assert on_clock_of(BERLIN, "at 10:00 UTC", datetime(2026, 7, 1, 9, tzinfo=UTC)) == "at 12:00 CEST"


@given(st.text())
def test_what_names_no_instant_stays_as_it_is(text: str) -> None:
    if " UTC" not in text:
        assert on_clock_of(BERLIN, text, NOW) == text


def test_everything_that_a_message_says_is_on_one_clock() -> None:
    message = MessageView(
        title="at 22:45 UTC",
        what="Resolves by itself at 22:45 UTC.",
        why_you="By name: the quiet until 22:30 UTC is over.",
        lines=(Line("If nobody answers", "the next step is called at 22:45 UTC"),),
    )
    read = on_clock_of_reader(message, "Europe/Berlin", NOW)
    assert read.time_zone == "Europe/Berlin"
    assert read.what == "Resolves by itself at 23:45 CET."
    assert read.why_you == "By name: the quiet until 23:30 CET is over."
    assert read.lines == (Line("If nobody answers", "the next step is called at 23:45 CET"),)
    assert read.title == "at 22:45 UTC", "a title is whoever's words it is, and the same in every mailbox"
    assert on_clock_of_reader(message, "Mars/Olympus", NOW).lines == message.lines
