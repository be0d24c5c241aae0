"""Times are human and exact: in the viewer's zone, with UTC on hover."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.surfaces.web.times import Times, zone_named

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # a Monday, 11:00 in Berlin
BERLIN = Times(zone_named("Europe/Berlin"), NOW)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW - timedelta(minutes=20), "10:40"),
        (NOW - timedelta(days=1), "Sun 11:00"),
        (NOW - timedelta(days=20), "10 Feb 11:00"),
        (NOW - timedelta(days=100), "22 Nov 2025 11:00"),
    ],
)
def test_clock_names_the_day_only_where_it_is_another(at: datetime, words: str) -> None:
    assert f">{words}</time>" in BERLIN.clock(at)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW + timedelta(hours=3), "14:00"),
        (NOW + timedelta(days=6), "Sunday 11:00"),
        (NOW + timedelta(days=7), "Mon 9 Mar 11:00"),
        (NOW + timedelta(days=365), "Tue 2 Mar 2027 11:00"),
        (datetime(2026, 3, 30, 7, 0, tzinfo=UTC), "Mon 30 Mar 09:00"),  # summer time has begun
    ],
)
def test_moment_is_how_a_sentence_says_it(at: datetime, words: str) -> None:
    assert BERLIN.moment_words(at) == words


def test_every_time_carries_its_instant_and_utc() -> None:
    element = BERLIN.ago(NOW - timedelta(minutes=4))
    assert element == (
        '<time datetime="2026-03-02T09:56:00Z" title="2026-03-02 09:56:00 UTC" data-tick="ago">4 min ago</time>'
    )


def test_what_is_due_is_counted_down() -> None:
    assert ">in 3 min</time>" in BERLIN.until(NOW + timedelta(minutes=3))
    assert ">now</time>" in BERLIN.until(NOW - timedelta(seconds=1))


def test_an_unknown_zone_is_utc() -> None:
    assert Times(zone_named("Mars/Olympus"), NOW).moment_words(NOW) == "10:00"
    assert zone_named(None).key == "UTC"


def test_a_stored_utc_clock_is_said_on_the_viewers() -> None:
    said = BERLIN.said("Unless somebody acknowledges, it goes on at 10:05:19 UTC.", NOW)
    assert said == (
        "Unless somebody acknowledges, it goes on at "
        '<time datetime="2026-03-02T10:05:19Z" title="2026-03-02 10:05:19 UTC">11:05:19</time>.'
    )


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("it ended at 2026-02-27 23:30:00 UTC: its source said so", "Sat 00:30:00"),
        ("silenced until 2026-03-02 12:00 UTC", "13:00"),
        ("silenced until 2025-12-24 12:00 UTC", "24 Dec 2025 13:00"),
    ],
)
def test_a_stored_instant_that_names_its_day_is_that_day(sentence: str, words: str) -> None:
    said = BERLIN.said(sentence, NOW)
    assert f">{words}</time>" in said
    assert "2026-02-27 <" not in said


def test_a_stored_day_that_there_is_none_is_the_nearest_clock() -> None:
    assert '<time datetime="2026-03-02T10:05:00Z"' in BERLIN.said("on 2026-02-31 10:05 UTC", NOW)


def test_a_stored_clock_is_the_nearest_one() -> None:
    late = NOW.replace(hour=23, minute=58)
    assert '<time datetime="2026-03-03T00:03:00Z"' in BERLIN.said("resolves at 00:03 UTC", late)
    assert '<time datetime="2026-03-01T23:58:00Z"' in BERLIN.said("since 23:58 UTC", NOW.replace(hour=0, minute=3))


@pytest.mark.parametrize("text", ["build 10:05", "99:99 UTC", "<b>24:00 UTC</b>", "110:05 UTC"])
def test_what_is_no_utc_clock_stays_as_it_is_and_is_escaped(text: str) -> None:
    said = BERLIN.said(text, NOW)
    assert "<time" not in said
    assert "<b>" not in said
    assert said.unescape() == text
