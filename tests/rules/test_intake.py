"""What a signal means for the alert we have or have not: tables, and properties over any history (ALR-3, ALR-4)."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.alerts.intake import (
    AHEAD,
    LAST_WORDS,
    STRAGGLER_GRACE,
    Decision,
    Standing,
    Verdict,
    decide_intake,
    fold_signals,
)
from tocsin.alerts.model import EndedBy, Says, Signal, State, identity_of

T = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LABELS = {"alertname": "A"}
MINUTE = timedelta(minutes=1)


def at(minutes: float) -> datetime:
    return T + minutes * MINUTE


def says(
    starts: float | None = 0,
    ends: float | None = 4,
    what: Says = Says.FIRING,
    words: str = "",
    timeout: float | None = 5,
) -> Signal:
    return Signal(
        identity=identity_of(LABELS),
        says=what,
        labels=LABELS,
        title="A",
        annotations={"summary": words} if words else {},
        starts_at=None if starts is None else at(starts),
        ends_at=None if ends is None else at(ends),
        timeout=None if timeout is None else timeout * MINUTE,
    )


FIRING = Standing(state=State.FIRING, starts_at=T, lease_until=at(4), annotations={}, last_seen_at=T, updated_at=T)
ENDED = msgspec.structs.replace(
    FIRING, state=State.RESOLVED, ended_at=at(3), ended_by=EndedBy.SOURCE, last_seen_at=at(3), updated_at=at(3)
)
STALE = msgspec.structs.replace(ENDED, state=State.STALE, ended_at=at(4), ended_by=EndedBy.STALE, updated_at=at(4))
CLOSED = msgspec.structs.replace(ENDED, ended_by=EndedBy.PERSON)
TIMED = msgspec.structs.replace(FIRING, lease_until=at(5), lease_is_timeout=True)
ENDLESS = msgspec.structs.replace(FIRING, lease_until=None)
ACKED = msgspec.structs.replace(FIRING, acknowledged_at=at(1))

CASES = [
    ("a first firing", says(), None, 0, Verdict.OPEN, State.FIRING),
    ("an end of something unknown is kept", says(0, 3), None, 4, Verdict.REMEMBER, State.RESOLVED),
    ("an end by key of something unknown is not", says(None, None, Says.RESOLVED), None, 4, Verdict.NOTHING, None),
    ("an acknowledgement of something unknown", says(what=Says.ACKNOWLEDGED), None, 0, Verdict.NOTHING, None),
    ("a resend with more than half its lease left", says(0, 5), FIRING, 1, Verdict.NOTHING, State.FIRING),
    ("a resend when half is used", says(0, 6), FIRING, 2, Verdict.TOUCH, State.FIRING),
    ("other words", says(0, 5, words="now 9"), FIRING, 1, Verdict.UPDATE, State.FIRING),
    ("an earlier start, from the second of a pair", says(-1, 5), FIRING, 1, Verdict.UPDATE, State.FIRING),
    ("a lease where there was none", says(0, 6), ENDLESS, 1, Verdict.UPDATE, State.FIRING),
    ("no lease any more", says(0, None, timeout=None), TIMED, 1, Verdict.UPDATE, State.FIRING),
    ("a shorter lease does not shorten", says(0, 3), FIRING, 1, Verdict.NOTHING, State.FIRING),
    ("an end", says(0, 3), FIRING, 3, Verdict.END, State.RESOLVED),
    ("an end a little late", says(0, 3), FIRING, 3.5, Verdict.END, State.RESOLVED),
    ("an end before the start belongs to an earlier firing", says(-9, -5), FIRING, 1, Verdict.NOTHING, State.FIRING),
    ("an end by key", says(None, None, Says.RESOLVED), FIRING, 1, Verdict.END, State.RESOLVED),
    ("the same end again", says(0, 3), ENDED, 4, Verdict.NOTHING, State.RESOLVED),
    ("a later end, from the second of a pair", says(0, 3.2), ENDED, 4, Verdict.UPDATE, State.RESOLVED),
    ("an end by key again", says(None, None, Says.RESOLVED), ENDED, 4, Verdict.NOTHING, State.RESOLVED),
    ("a copy of the firing just after its end", says(0, 7), ENDED, 3.2, Verdict.NOTHING, State.RESOLVED),
    ("the second of a pair goes on seeing it", says(0, 8), ENDED, 4, Verdict.RESUME, State.FIRING),
    ("a new start after the end", says(3.1, 8), ENDED, 3.2, Verdict.REFIRE, State.FIRING),
    ("a trigger by key after the end", says(None, None, timeout=None), ENDED, 3.1, Verdict.REFIRE, State.FIRING),
    ("it comes back after it went stale", says(0, 12), STALE, 8, Verdict.RESUME, State.FIRING),
    ("it comes back with a new start", says(7, 12), STALE, 8, Verdict.REFIRE, State.FIRING),
    ("a stale one ends by its source after all", says(0, 3.5), STALE, 8, Verdict.END, State.RESOLVED),
    ("a person closed it, its source goes on", says(0, 12), CLOSED, 8, Verdict.NOTHING, State.RESOLVED),
    ("a person closed it, it fires anew", says(7, 12), CLOSED, 8, Verdict.REFIRE, State.FIRING),
    ("a time-out gives way to a lease, even a shorter one", says(0, 4.9), TIMED, 4.5, Verdict.NOTHING, State.FIRING),
    ("each resend without an end moves the time-out", says(0, None), TIMED, 3, Verdict.TOUCH, State.FIRING),
    (
        "no lease at all, seen a second ago",
        says(None, None, timeout=None),
        ENDLESS,
        0.01,
        Verdict.NOTHING,
        State.FIRING,
    ),
    ("no lease at all, seen a minute ago", says(None, None, timeout=None), ENDLESS, 1, Verdict.TOUCH, State.FIRING),
    ("an acknowledgement", says(what=Says.ACKNOWLEDGED), FIRING, 1, Verdict.ACKNOWLEDGE, State.FIRING),
    ("a second acknowledgement", says(what=Says.ACKNOWLEDGED), ACKED, 2, Verdict.NOTHING, State.FIRING),
    ("an acknowledgement of what has ended", says(what=Says.ACKNOWLEDGED), ENDED, 4, Verdict.NOTHING, State.RESOLVED),
]


@pytest.mark.parametrize(
    ("signal", "existing", "minute", "verdict", "state"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_decisions(
    signal: Signal, existing: Standing | None, minute: float, verdict: Verdict, state: State | None
) -> None:
    decision = decide_intake(signal, existing, at(minute))
    assert decision.verdict is verdict
    assert (decision.after.state if decision.after else None) is state
    assert decision.reason


def test_a_touched_lease_is_the_later_one() -> None:
    after = decide_intake(says(0, 6), FIRING, at(2)).after
    assert after is not None
    assert after.lease_until == at(6)
    assert after.last_seen_at == at(2)


def test_a_refire_counts_on_and_forgets_the_acknowledgement() -> None:
    after = decide_intake(says(5, 9), msgspec.structs.replace(ENDED, acknowledged_at=at(1)), at(5)).after
    assert after is not None
    assert (after.occurrence, after.acknowledged_at, after.ended_at) == (2, None, None)


minutes = st.integers(min_value=-10, max_value=30).map(float)
signals = st.builds(
    says,
    starts=st.one_of(st.none(), minutes),
    ends=st.one_of(st.none(), minutes),
    what=st.sampled_from(Says),
    words=st.sampled_from(["", "one", "two"]),
    timeout=st.sampled_from([None, 5]),
).filter(lambda signal: signal.starts_at is None or signal.ends_at is None or signal.starts_at <= signal.ends_at)
histories = st.lists(st.tuples(signals, st.integers(min_value=0, max_value=300)), max_size=8)


def play(history: list[tuple[Signal, int]]) -> tuple[Standing | None, datetime, list[Decision]]:
    standing, now, decisions = None, T, []
    for signal, seconds in history:
        now += timedelta(seconds=seconds)
        decision = decide_intake(signal, standing, now)
        decisions.append(decision)
        standing = decision.after
    return standing, now, decisions


@given(histories, signals)
def test_the_same_signal_again_at_once_changes_nothing(history: list[tuple[Signal, int]], signal: Signal) -> None:
    standing, now, _ = play(history)
    first = decide_intake(signal, standing, now)
    second = decide_intake(signal, first.after, now)
    assert second.verdict is Verdict.NOTHING
    assert second.after == first.after


alike = st.builds(
    says,
    starts=st.sampled_from([None, 0, 5]),
    ends=st.sampled_from([None, 6, 9, 20]),
    what=st.sampled_from(Says),
    words=st.sampled_from(["", "one"]),
    timeout=st.sampled_from([None, 5]),
)


@given(histories, st.lists(alike, max_size=LAST_WORDS))
def test_folded_signals_come_to_the_same_end(history: list[tuple[Signal, int]], together: list[Signal]) -> None:
    standing, now, _ = play(history)
    one_by_one, folded = standing, standing
    for signal in together:
        one_by_one = decide_intake(signal, one_by_one, now).after
    for signal in fold_signals(together, now):
        folded = decide_intake(signal, folded, now).after
    assert folded == one_by_one


def test_a_long_dispute_within_one_request_is_folded_to_its_last_words() -> None:
    words = [says(n, 200 if n % 2 else n, what=Says.FIRING) for n in range(100)]
    assert fold_signals(words, at(150)) == words[-LAST_WORDS:]
    resends = [says(0, 200, words=str(n)) for n in range(10_000)]
    assert fold_signals(resends, at(150)) == resends[-1:]


@given(histories)
def test_what_stands_is_always_sound(history: list[tuple[Signal, int]]) -> None:
    standing, now, decisions = play(history)
    occurrences = [decision.after.occurrence for decision in decisions if decision.after]
    assert occurrences == sorted(occurrences)
    if standing is None:
        return
    assert (standing.ended_at is None) == (standing.state is State.FIRING)
    assert (standing.ended_by is None) == (standing.state is State.FIRING)
    assert standing.ended_at is None or standing.ended_at >= standing.starts_at
    assert standing.last_seen_at <= now


@given(st.permutations([(0.0, 4.0), (0.0, 5.0), (0.0, 1.0), (0.0, 1.0)]))
def test_copies_of_a_firing_and_its_end_end_it_in_any_order(order: list[tuple[float, float]]) -> None:
    """Prometheus sends to every Alertmanager, pairs of Prometheus send twice: within the grace the order does not
    matter."""
    standing, now = None, at(1.1)
    for starts, ends in order:
        now += STRAGGLER_GRACE / 10
        standing = decide_intake(says(starts, ends), standing, now).after
    assert standing is not None
    assert standing.state is State.RESOLVED
    assert standing.ended_at == at(1)


@given(st.permutations([2.0, 3.0, 3.5]))
def test_the_latest_of_several_ends_counts_in_any_order(ends: list[float]) -> None:
    standing: Standing | None = FIRING
    for end in ends:
        standing = decide_intake(says(0, end), standing, at(5)).after
    assert standing is not None
    assert standing.ended_at == at(3.5)


@given(signals)
def test_a_late_end_never_closes_a_newer_firing(signal: Signal) -> None:
    newer = msgspec.structs.replace(
        FIRING, starts_at=at(100), lease_until=at(140), last_seen_at=at(100), updated_at=at(100)
    )
    decision = decide_intake(signal, newer, at(101))
    if signal.ends_at is not None and signal.says is not Says.ACKNOWLEDGED:
        assert decision.after is not None
        assert decision.after.state is State.FIRING


@given(st.lists(st.tuples(signals, st.integers(min_value=0, max_value=300)), max_size=4), st.floats(1441, 4_000_000))
def test_a_start_from_a_clock_gone_wrong_holds_back_no_later_firing(
    history: list[tuple[Signal, int]], wrong: float
) -> None:
    """A device that thinks it is 2033 fires, somebody closes the alert, its clock is set right, and it fires again."""
    standing, now, _ = play([*history, (says(wrong, None, timeout=None), 1)])
    assert standing is not None
    assert standing.starts_at <= now + AHEAD
    closed = msgspec.structs.replace(standing, state=State.RESOLVED, ended_at=now, ended_by=EndedBy.PERSON)
    again = now + 60 * MINUTE
    decision = decide_intake(msgspec.structs.replace(says(timeout=None), starts_at=again, ends_at=None), closed, again)
    assert decision.verdict is Verdict.REFIRE


def test_an_end_counts_also_by_a_clock_ahead_of_ours() -> None:
    """Both instants are the source's own, ten minutes ahead; ours is not compared with either (contracts 3.3)."""
    ahead = msgspec.structs.replace(FIRING, starts_at=at(10), lease_until=None)
    decision = decide_intake(says(None, 12, Says.RESOLVED), ahead, at(3))
    assert decision.verdict is Verdict.END
    assert decision.after is not None
    assert decision.after.ended_at == at(10)
