"""Times as a terminal says them and as a person types them."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.surfaces.cli import times
from tocsin.surfaces.cli.moments import instant, length
from tocsin.surfaces.cli.parsing import WrongUsage

NOW = datetime(2026, 11, 21, 14, 20, 7, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(("seconds", "said"), [(2, "just now"), (240, "4 min ago"), (-180, "in 3 min")])
def test_ago(seconds: int, said: str) -> None:
    assert times.ago(NOW - timedelta(seconds=seconds), NOW) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "15:20:07"), (-2, "Thu 15:20"), (3, "Tue 15:20"), (-30, "22 Oct 16:20"), (200, "9 Jun 2027 16:20")],
)
def test_clock(days: int, said: str) -> None:
    assert times.clock(NOW + timedelta(days=days), NOW, BERLIN) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "15:20"), (2, "Monday 15:20"), (7, "28 Nov 15:20"), (-1, "20 Nov 15:20"), (200, "9 Jun 2027 16:20")],
)
def test_day_and_clock(days: int, said: str) -> None:
    assert times.day_and_clock(NOW + timedelta(days=days), NOW, BERLIN) == said


def test_both() -> None:
    assert times.both(NOW - timedelta(minutes=4), NOW, BERLIN) == "4 min ago, 15:16:07 CET"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14:05", "2026-11-21T14:05:00+01:00"),
        ("9:05:30", "2026-11-21T09:05:30+01:00"),
        ("2026-12-24T20:00", "2026-12-24T20:00:00+01:00"),
        ("2026-06-24", "2026-06-24T00:00:00+02:00"),
        ("2026-12-24T20:00:00Z", "2026-12-24T20:00:00+00:00"),
        ("10m", "2026-11-21T14:10:07+00:00"),
        ("1h30m", "2026-11-21T12:50:07+00:00"),
    ],
)
def test_instants_as_typed(typed: str, meant: str) -> None:
    assert instant(typed, NOW, field="--at", zone=BERLIN) == datetime.fromisoformat(meant)


@pytest.mark.parametrize("typed", ["", "soon", "25:00", "10:60", "2026-13-01", "10", "10x", "10m5", "-5m"])
def test_what_is_no_instant(typed: str) -> None:
    with pytest.raises(WrongUsage) as wrong:
        instant(typed, NOW, field="--at", zone=BERLIN)
    assert wrong.value.field == "--at"


@given(st.integers(0, 999_999), st.sampled_from("smhdw"))
def test_lengths(number: int, unit: str) -> None:
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}[unit]
    assert length(f"{number}{unit}", "--for") == timedelta(seconds=number * seconds)


@given(st.text(max_size=12))
def test_whatever_is_typed_is_understood_or_refused(typed: str) -> None:
    with suppress(WrongUsage):
        assert instant(typed, NOW, field="--at", zone=BERLIN).tzinfo is not None


def test_a_sentence_tells_its_times_on_the_clock_of_its_line() -> None:
    said = "Step 1 is called.\nUnless somebody acknowledges, it goes on at 14:25:07 UTC."
    told = times.sentence(said, NOW, ZoneInfo("Asia/Kolkata"))
    assert told == "Step 1 is called. Unless somebody acknowledges, it goes on at 19:55:07 IST."
