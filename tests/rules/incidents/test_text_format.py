"""The text format of a timeline: what is read from what people paste; what is printed is read again (WAR-2)."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.incidents.model import EntryType
from tocsin.incidents.text_format import INDENT, ParsedEntry, day_line, parse, render, written_line

NOW = datetime(2026, 11, 21, 14, 50, 20, tzinfo=UTC)
BERLIN, UTC_ZONE, SYDNEY = ZoneInfo("Europe/Berlin"), ZoneInfo("UTC"), ZoneInfo("Australia/Sydney")


def utc(hour: int, minute: int, *, day: int = 21) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def one(text: str, now: datetime = NOW, zone: ZoneInfo = BERLIN) -> ParsedEntry:
    (entry,) = parse(text, now, zone)
    return entry


def test_a_day_that_no_clock_can_show_is_text() -> None:
    for day in ("# 1 January 0001", "# Friday 31 December 9999"):
        assert parse(f"{day}\n[00:10] it began", NOW, BERLIN)[0].text.startswith(day)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("[14:32] @alice [DECISION] roll back", (utc(13, 32), "@alice", "decision", "roll back")),
        ("[14:32] [@alice] [DECISION] roll back", (utc(13, 32), "@alice", "decision", "roll back")),
        ("[14:32] roll back", (utc(13, 32), None, None, "roll back")),
        ("[Action] roll back", (None, None, "action", "roll back")),
        ("[@bob] it is slow", (None, "@bob", None, "it is slow")),
        ("@bob [answer] yes", (None, "@bob", "answer", "yes")),
        ("[14:32] @bob: it is slow", (utc(13, 32), "@bob", None, "it is slow")),
        ("[ 9:05 ]@bob.smith it is slow", (utc(8, 5), "@bob.smith", None, "it is slow")),
        ("[14:32:07] it is slow", (utc(13, 32) + timedelta(seconds=7), None, None, "it is slow")),
        # An unknown type, no time, no zone, a person who is spoken to: text.
        ("[14:32] @bob [RANT] really?", (utc(13, 32), "@bob", None, "[RANT] really?")),
        ("@bob can you look?", (None, None, None, "@bob can you look?")),
        ("[25:10] roll back", (None, None, None, "[25:10] roll back")),
        ("[14:72] roll back", (None, None, None, "[14:72] roll back")),
        ("[14:32 Mars/Olympus] roll back", (None, None, None, "[14:32 Mars/Olympus] roll back")),
        ("[alice] [DECISION] roll back", (None, None, None, "[alice] [DECISION] roll back")),
        ("14:32 roll back", (None, None, None, "14:32 roll back")),
    ],
)
def test_every_part_of_the_head_may_be_missing(
    text: str, read: tuple[datetime | None, str | None, str | None, str]
) -> None:
    entry = one(text)
    assert (entry.at, entry.person, entry.type, entry.text) == read


@pytest.mark.parametrize(
    ("suffix", "at"),
    [
        ("", utc(13, 32)),
        (" UTC", utc(14, 32)),
        ("Z", utc(14, 32)),
        (" gmt", utc(14, 32)),
        ("+02:00", utc(12, 32)),
        (" -0130", utc(16, 2, day=20)),
        ("+05", utc(9, 32)),
        (" CET", utc(13, 32)),
        (" CEST", utc(12, 32)),
        (" America/New_York", utc(19, 32, day=20)),
    ],
)
def test_a_time_is_of_the_organisations_zone_unless_it_is_suffixed(suffix: str, at: datetime) -> None:
    assert one(f"[14:32{suffix}] x").at == at


@pytest.mark.parametrize(
    ("now", "text", "at"),
    [
        (utc(0, 10), "[23:50] x", utc(23, 50, day=20)),
        (utc(0, 10), "[00:10] x", utc(0, 10)),
        (utc(0, 10), "[00:12] x", utc(0, 12)),  # their clock is ahead a little
        (utc(0, 10), "[00:13] x", utc(0, 13, day=20)),
        (utc(23, 59), "[00:00] x", utc(0, 0, day=22)),
        (utc(23, 57), "[00:00] x", utc(0, 0)),
    ],
)
def test_a_time_that_is_yet_to_come_was_yesterdays(now: datetime, text: str, at: datetime) -> None:
    assert one(text, now, UTC_ZONE).at == at


@pytest.mark.parametrize(
    ("now", "times", "read"),
    [
        (utc(0, 30), "23:50 23:59 00:10", [utc(23, 50, day=20), utc(23, 59, day=20), utc(0, 10)]),
        (utc(14, 50), "23:50 00:10 14:00", [utc(23, 50, day=20), utc(0, 10), utc(14, 0)]),
        # The second midnight: the last time was yesterday's.
        (utc(8, 0), "23:50 00:10 22:00", [utc(23, 50, day=19), utc(0, 10, day=20), utc(22, 0, day=20)]),
        # A little out of order, as people write.
        (utc(14, 50), "14:32 14:30 14:40", [utc(14, 32), utc(14, 30), utc(14, 40)]),
        (utc(14, 50), "14:32+02:00 13:00", [utc(12, 32), utc(13, 0)]),
    ],
)
def test_several_lines_run_forward_over_midnight(now: datetime, times: str, read: list[datetime]) -> None:
    pasted = "\n".join(f"[{time}] x" for time in times.split())
    assert [entry.at for entry in parse(pasted, now, UTC_ZONE)] == read


def test_a_line_with_the_day_and_its_zone_holds_for_those_below() -> None:
    pasted = (
        "[08:00] today\n# Thursday 19 November 2026, Europe/Berlin\n[23:50] x\n[23:55Z] y\n"
        "# 20 november 2026\n[00:10] z"
    )
    assert [entry.at for entry in parse(pasted, NOW, UTC_ZONE)] == [
        utc(8, 0),
        utc(22, 50, day=19),
        utc(23, 55, day=19),
        utc(0, 10, day=20),
    ]
    for no_day in ("# 31 November 2026", "# 1 Brumaire 2026", "# 1 May 2026, Mars/Olympus"):
        assert parse(f"[08:00] x\n{no_day}", NOW, UTC_ZONE)[0].text == f"x\n{no_day}"


def test_lines_without_a_head_belong_to_the_entry_above() -> None:
    first, second = parse("[08:00] ran\n  select 1\n\nnothing\n[ACTION]\nrestarted", NOW, UTC_ZONE)
    assert first.text == "ran\n  select 1\n\nnothing"
    assert (second.type, second.text) == ("action", "restarted")
    assert [entry.text for entry in parse("so far:\n[08:00] x", NOW, UTC_ZONE)] == ["so far:", "x"]
    assert [entry.text for entry in parse("    [08:00] x\n    [08:01] y", NOW, UTC_ZONE)] == ["x", "y"]


def test_a_text_without_any_head_is_one_entry_as_it_is() -> None:
    assert parse("first\n        second\r\n# third ", NOW, BERLIN) == [
        ParsedEntry(text="first\n        second\r\n# third")
    ]
    assert parse("", NOW, BERLIN) == parse(" \n ", NOW, BERLIN) == []


def test_who_wrote_it_down_is_printed_and_not_read_as_text() -> None:
    printed = f"[08:00] [@bob] [ACTION] x\n{written_line(NOW, '@alice', BERLIN)}"
    assert printed.endswith(f"{INDENT}# written Sat 15:50 by @alice")
    assert one(printed) == ParsedEntry(at=utc(7, 0), person="@bob", type=EntryType.ACTION, text="x")


def test_an_hour_that_is_shown_twice_is_told_apart() -> None:
    twice = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    entries = [ParsedEntry(at=at, type=EntryType.NOTE, text="x") for at in twice]
    printed = render(entries, BERLIN)
    assert printed.splitlines()[1:] == ["[02:30] [NOTE] x", "[02:30+01:00] [NOTE] x"]
    assert parse(printed, NOW, BERLIN) == entries


def test_the_day_is_named_in_words() -> None:
    assert day_line(date(2026, 11, 3), BERLIN) == "# Tuesday 3 November 2026, Europe/Berlin"


words = (
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r"), min_size=1)
    .map(str.strip)
    .filter(lambda text: text and f"\n{INDENT}# written" not in text.replace("\n", f"\n{INDENT}"))
)
zones = st.sampled_from([BERLIN, UTC_ZONE, SYDNEY, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/St_Johns")])
instants = st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda at: at.replace(second=0, microsecond=0)
)
entries = st.lists(
    st.builds(
        ParsedEntry,
        at=st.none() | instants,
        person=st.none() | st.from_regex(r"@[a-z0-9][a-z0-9._-]{0,9}", fullmatch=True),
        type=st.sampled_from(EntryType),
        text=words,
    )
)


@given(entries, zones, instants)
def test_what_is_printed_is_read_again(written: list[ParsedEntry], zone: ZoneInfo, now: datetime) -> None:
    assert parse(render(written, zone), now, zone) == written


scraps = st.lists(
    st.sampled_from(
        ["[14:32]", "[23:5", "9 UTC]", "[1:02+14:00]", "@bob ", "[@eve]", "[ACTION]", "[", "]", " ", "\n", "x"]
    )
).map("".join)


@given(st.text(st.characters(exclude_characters="#")) | scraps, zones, instants)
def test_whatever_is_pasted_is_read_and_is_not_of_the_future(text: str, zone: ZoneInfo, now: datetime) -> None:
    for entry in parse(text, now, zone):
        assert entry.at is None or entry.at <= now + timedelta(minutes=2)


@given(st.lists(st.times(), min_size=1, max_size=8), zones, instants)
def test_lines_run_forward_and_end_within_a_day_of_now(times: list[object], zone: ZoneInfo, now: datetime) -> None:
    read = [entry.at for entry in parse("\n".join(f"[{time:%H:%M}] x" for time in times), now, zone)]
    known = [at for at in read if at is not None]
    assert len(known) == len(times)
    assert all(later >= at - timedelta(hours=2) for at, later in pairwise(known))
    assert now - timedelta(hours=26) < max(known) <= now + timedelta(minutes=2)
