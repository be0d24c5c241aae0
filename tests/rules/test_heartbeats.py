"""Heartbeats: when a silence is an alert, and when it is our own deafness (REL-8)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.alerts import heartbeats as rules
from tocsin.alerts.heartbeats import Kind, Options, Pause, Ping, Standing, State
from tocsin.kernel.errors import Invalid

T = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOURLY = Options(every=60 * MINUTE, grace=5 * MINUTE, severity="critical", starts_at_once=False)
NEVER = Standing()


def at(minutes: float) -> datetime:
    return T + minutes * MINUTE


def pinged(*pings: tuple[float, Kind]) -> Standing:
    standing = NEVER
    for minutes, kind in pings:
        standing = rules.after_ping(standing, Ping(kind=kind), at(minutes))
    return standing


@pytest.mark.parametrize(
    ("standing", "due"),
    [
        (NEVER, None),
        (pinged((0, Kind.SUCCESS)), 65),
        (pinged((0, Kind.SUCCESS), (30, Kind.SUCCESS)), 95),
        (pinged((0, Kind.SUCCESS), (64, Kind.START)), 69),
        (pinged((0, Kind.SUCCESS), (10, Kind.START)), 65),
        (pinged((0, Kind.START)), 65),
        (pinged((0, Kind.START), (10, Kind.SUCCESS)), 75),
        (pinged((0, Kind.FAIL)), 65),
    ],
)
def test_it_is_due_after_its_grace(standing: Standing, due: float | None) -> None:
    assert rules.due_at(standing, HOURLY) == (None if due is None else at(due))


@pytest.mark.parametrize(
    ("minutes", "due"),
    [
        (50, 65),  # over before the ping may come
        (54.9, 65),
        (55, 120),  # its grace before
        (62, 127),  # late already
        (300, 365),
    ],
)
def test_what_is_expected_within_a_pause_is_waited_for_anew(minutes: float, due: float) -> None:
    standing = msgspec.structs.replace(pinged((0, Kind.SUCCESS)), paused_until=at(minutes))
    assert rules.due_at(standing, HOURLY) == at(due)


@given(ping=st.integers(0, 500), pause=st.integers(1, 500), every=st.integers(1, 90), grace=st.integers(1, 90))
def test_a_pause_never_makes_a_silence_an_alert_sooner(ping: int, pause: int, every: int, grace: int) -> None:
    options = msgspec.structs.replace(HOURLY, every=every * MINUTE, grace=grace * MINUTE)
    standing = pinged((ping, Kind.SUCCESS))
    without = rules.due_at(standing, options)
    due = rules.due_at(msgspec.structs.replace(standing, paused_until=at(pause)), options)
    assert without is not None
    assert due is not None
    assert due >= without
    assert due > at(pause)


def test_before_its_first_ping_a_pause_waits_for_nothing() -> None:
    paused = Standing(paused_until=at(60))
    assert rules.due_at(paused, HOURLY) is None
    assert rules.state_of(paused, HOURLY, at(59)) is State.PAUSED
    assert rules.state_of(paused, HOURLY, at(60)) is State.WAITING


@pytest.mark.parametrize(
    ("pause", "field"),
    [
        (Pause(ends_at=at(10), reason=""), "reason"),
        (Pause(ends_at=at(0), reason="x"), "ends_at"),
        (Pause(ends_at=at(0) + timedelta(days=91), reason="x"), "ends_at"),
    ],
)
def test_what_is_wrong_with_a_pause(pause: Pause, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        rules.check_pause(pause, at(0))
    assert refusal.value.field == field


@pytest.mark.parametrize(
    ("standing", "minutes", "state"),
    [
        (NEVER, 0, State.WAITING),
        (pinged((0, Kind.SUCCESS)), 60, State.UP),
        (pinged((0, Kind.SUCCESS)), 61, State.LATE),
        (pinged((0, Kind.START)), 61, State.RUNNING),
        (pinged((0, Kind.FAIL)), 1, State.FAILED),
        (Standing(missed_at=T, failed_at=T), 1, State.MISSED),
        (Standing(waits_from=T, missed_at=T, paused_until=at(9)), 8, State.PAUSED),
        (Standing(waits_from=T, missed_at=T, paused_until=at(9)), 9, State.MISSED),
        (Standing(waits_from=T, failed_at=T, paused_until=at(9)), 8, State.FAILED),
    ],
)
def test_its_state_in_a_word(standing: Standing, minutes: float, state: State) -> None:
    assert rules.state_of(standing, HOURLY, at(minutes)) is state


@pytest.mark.parametrize(
    ("deaf_from", "again_at", "due"),
    [
        (10, 50, 65),  # over before a ping was expected
        (10, 56, 121),  # the ping may have come while nobody listened
        (59, 61, 126),
        (64, 90, 155),
        (66, 90, 65),  # it was missed before we went deaf
    ],
)
def test_what_could_not_be_heard_is_waited_for_anew(deaf_from: float, again_at: float, due: float) -> None:
    standing = rules.after_deafness(pinged((0, Kind.SUCCESS)), HOURLY, at(deaf_from), at(again_at))
    assert rules.due_at(standing, HOURLY) == at(due)
    assert standing.last_ping_at == T


@given(
    st.lists(st.tuples(st.integers(0, 500), st.sampled_from(Kind)), max_size=8), st.integers(0, 500), st.integers(0, 99)
)
def test_after_deafness_it_is_never_due_before_a_ping_could_be_heard(
    pings: list[tuple[float, Kind]], deaf_from: int, length: int
) -> None:
    before = pinged(*sorted(pings, key=lambda each: each[0]))
    after = rules.after_deafness(before, HOURLY, at(deaf_from), at(deaf_from + length))
    due_before, due = rules.due_at(before, HOURLY), rules.due_at(after, HOURLY)
    if due is not None and due_before is not None:
        assert due >= due_before or due >= at(deaf_from + length) + HOURLY.every
        assert due > at(deaf_from + length) or due_before < at(deaf_from)


def test_the_alert_says_when_it_was_last_heard_and_ends_under_the_same_identity() -> None:
    missed = rules.missed_signal("backup", pinged((0, Kind.SUCCESS), (64, Kind.START)), HOURLY)
    assert missed.title == "Heartbeat backup is missing: last heard 2026-03-02 10:00 UTC"
    assert missed.annotations["description"] == (
        "last heard 2026-03-02 10:00 UTC, expected every 1h with 5m of grace; a run began 2026-03-02 11:04 UTC"
    )
    assert missed.labels == {"alertname": "Heartbeat", "heartbeat": "backup", "severity": "critical"}
    failed = rules.failed_signal("backup", Ping(kind=Kind.FAIL, text="disk full"), HOURLY)
    assert (failed.annotations["description"], failed.identity) == ("disk full", missed.identity)
    assert rules.ended_signal("backup").identity == missed.identity
    assert "never heard yet" in rules.missed_signal("backup", NEVER, HOURLY).title


def test_the_options_have_defaults() -> None:
    assert rules.read_options({"every": "1h"}) == msgspec.structs.replace(HOURLY, grace=6 * MINUTE)
    assert rules.read_options({"every": "1m", "starts": "at-once", "severity": "warning"}) == Options(
        every=MINUTE, grace=timedelta(seconds=30), severity="warning", starts_at_once=True
    )


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({}, "every"),
        ({"every": "soon"}, "every"),
        ({"every": 5}, "every"),
        ({"every": "10s"}, "every"),
        ({"every": "1h", "grace": "1s"}, "grace"),
        ({"every": "1h", "severity": 1}, "severity"),
        ({"every": "1h", "starts": "never"}, "starts"),
    ],
)
def test_what_they_cannot_be_is_named(options: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        rules.read_options(options)
    assert refused.value.field == field
