"""A recorded history against a setup: incidents, who is called how often and at night, and lines that are wrong."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from tests.rules.simulation.examples import AT, BURNING, setup_from
from tests.stories.conftest import ORGANISATION
from tocsin.kernel.errors import Invalid
from tocsin.simulation.model import Did, Heard, Recorded
from tocsin.simulation.replay import Load, read_history, replay

SETUP = setup_from()
MINUTE = timedelta(minutes=1)
IDENTITY = Heard(at=AT, labels=BURNING).as_signal().identity


def burning(minutes: float, lasts: float = 600) -> Heard:
    at = AT + minutes * MINUTE
    return Heard(at=at, labels=BURNING, starts_at=at, ended_at=at + lasts * MINUTE)


def acknowledged(minutes: float) -> Did:
    return Did(at=AT + minutes * MINUTE, deed="acknowledged", by="@bob", identity=IDENTITY)


def test_what_people_did_they_do_again() -> None:
    alone = replay(SETUP, [burning(0)])
    assert (alone.alerts, alone.incidents, alone.total.pages, alone.exhausted) == (1, 1, 8, 1)
    answered = replay(SETUP, [burning(0, lasts=20), acknowledged(7)])
    assert (answered.total.pages, answered.exhausted) == (3, 0)
    assert {name: load.pages for name, load in answered.people.items()} == {"alice": 1, "bob": 1, "carol": 1}


def test_what_somebody_has_taken_and_nobody_works_on_is_paged_again() -> None:
    left = replay(SETUP, [burning(0), acknowledged(7)])
    assert left.total.pages == 3 + 8
    worked = Did(at=AT + 30 * MINUTE, deed="acted", by="@bob", identity=IDENTITY)
    resolved = Did(at=AT + 50 * MINUTE, deed="resolved", by="@bob", identity=IDENTITY)
    assert replay(SETUP, [burning(0), acknowledged(7), worked, resolved]).total.pages == 3


def test_an_alert_that_ends_calls_nobody_further() -> None:
    """A critical one of the second level is ended by a person; one of the third resolves by itself."""
    low = {**BURNING, "severity": "warning"}
    ends = Heard(at=AT, labels=low, starts_at=AT, ended_at=AT + 2 * MINUTE)
    assert replay(SETUP, [ends]).total.pages == 1
    assert replay(SETUP, [Heard(at=AT, labels=low, ended_at=AT - MINUTE)]).incidents == 0


def test_days_and_nights_are_those_of_the_organisation() -> None:
    setup = setup_from(ORGANISATION.replace("time_zone: UTC,", "time_zone: Asia/Kolkata,", 1))
    at = datetime(2026, 3, 2, 16, 31, tzinfo=UTC)  # 22:01 in Kolkata
    over = at + 5 * MINUTE
    answer = Did(at=at, deed="acknowledged", by="@a", identity=IDENTITY)
    tally = replay(setup, [Heard(at=at, labels=BURNING, ended_at=over), answer])
    assert tally.days == {date(2026, 3, 2): Load(pages=1, at_night=1, messages=1)}
    before = replay(setup, [Heard(at=at - 5 * MINUTE, labels=BURNING, ended_at=over), acknowledged(807)])
    assert before.days[date(2026, 3, 2)].at_night == 0


def test_alerts_of_one_cause_join_and_dropped_ones_are_counted() -> None:
    text = ORGANISATION.replace("routes:\n", "routes:\n  - {match: ['severity=\"info\"'], drop: noise}\n")
    again: list[Recorded] = [burning(0), acknowledged(1)]
    again += [Heard(at=AT + 2 * MINUTE, labels={**BURNING, "instance": str(n)}) for n in range(5)]
    again += [Heard(at=AT + 3 * MINUTE, labels={"alertname": "Odd", "severity": "info"})]
    tally = replay(setup_from(text), again)
    assert (tally.alerts, tally.incidents, tally.attached, tally.dropped) == (7, 1, 5, 1)


def test_a_file_of_lines_is_read_and_a_bad_line_is_named() -> None:
    lines = [msgspec.json.encode(burning(0)), b"\n", msgspec.json.encode(acknowledged(2))]
    assert list(read_history(lines)) == [burning(0), acknowledged(2)]
    with pytest.raises(Invalid, match="Line 2 of the history"):
        list(read_history([lines[0], b'{"type": "signal", "labels": {}}']))
