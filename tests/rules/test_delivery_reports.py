"""What a provider's report changes: by state, by rank, and the same whatever the order and however often."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.rules.test_delivery_rules import NOW, delivery
from tocsin.delivery.model import LEGAL_MOVES, Delivery, DeliveryState, Report, Word
from tocsin.delivery.report_rules import after_report, silence
from tocsin.delivery.rules import TryAgain
from tocsin.kernel.outbound import FailureReason

S = DeliveryState
MINUTE = timedelta(minutes=1)
ARRIVED = Report(Word.ARRIVED, "delivered")
FAILED = Report(Word.FAILED, "550 5.1.1 no such user", FailureReason.REFUSED)
AGAIN = Report(Word.FAILED, "nobody answered", again_after=MINUTE)
AT = TryAgain(NOW + MINUTE)


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (S.WAITING, (S.SENT, S.FAILED, None)),
        (S.SENDING, (S.SENT, S.FAILED, AT)),
        (S.TAKEN, (S.SENT, S.FAILED, AT)),
        (S.SENT, (None, S.FAILED, None)),
        (S.FAILED, (None, None, None)),
        (S.SUPERSEDED, (None, None, None)),
    ],
)
def test_what_each_report_makes_of_each_state(state: DeliveryState, after: tuple[object, ...]) -> None:
    given = delivery(state=state)
    assert tuple(after_report(given, report, NOW) for report in (ARRIVED, FAILED, AGAIN)) == after


def test_what_was_taken_back_ends_as_superseded_whatever_is_said() -> None:
    given = delivery(state=S.TAKEN, superseded="@bob has acknowledged")
    assert {after_report(given, report, NOW) for report in (ARRIVED, FAILED, AGAIN)} == {S.SUPERSEDED}


def test_whoever_has_answered_by_a_message_has_got_it() -> None:
    assert after_report(delivery(state=S.TAKEN, link_used_at=NOW), FAILED, NOW) is S.SENT
    assert after_report(delivery(state=S.SENT, link_used_at=NOW), FAILED, NOW) is None


def test_a_report_about_an_earlier_try_changes_nothing() -> None:
    second = delivery(state=S.TAKEN, attempts=2, ref="CA2")
    assert after_report(second, replace(AGAIN, ref="CA1"), NOW) is None
    assert after_report(second, replace(AGAIN, ref="CA2"), NOW) == AT
    assert after_report(second, AGAIN, NOW) == AT, "where the provider names nothing, it speaks of the last"
    calling_again = delivery(state=S.SENDING, attempts=2, ref="CA1")
    assert after_report(calling_again, replace(AGAIN, ref="CA1"), NOW) is None
    assert after_report(calling_again, replace(ARRIVED, ref="CA2"), NOW) is S.SENT, "faster than its own receipt"


def test_what_was_never_tried_or_is_too_old_is_not_tried_again() -> None:
    assert after_report(delivery(state=S.WAITING, attempts=0), FAILED, NOW) is None
    old = delivery(state=S.TAKEN, requested_at=NOW - timedelta(minutes=30))
    assert after_report(old, AGAIN, NOW) is S.FAILED


@pytest.mark.parametrize(
    ("on_silence", "said"),
    [
        (Word.ARRIVED, Report(Word.ARRIVED, "the provider said nothing more for 10m")),
        (Word.FAILED, Report(Word.FAILED, "the provider said nothing more for 10m", FailureReason.TIMEOUT)),
    ],
)
def test_silence_is_a_report_too(on_silence: Word, said: Report) -> None:
    taken = delivery(state=S.TAKEN, taken_at=NOW, silence_at=NOW + 10 * MINUTE, on_silence=on_silence)
    assert silence(taken) == said


REPORTS = st.sampled_from([ARRIVED, FAILED, AGAIN])
TRIED = st.builds(
    delivery,
    state=st.sampled_from(list(S)),
    superseded=st.sampled_from([None, "@bob has acknowledged"]),
    link_used_at=st.sampled_from([None, NOW]),
)


def told(given: Delivery, reports: list[Report]) -> Delivery:
    """The delivery after all of them; between two of them nothing else happens."""
    for report in reports:
        verdict = after_report(given, report, NOW)
        if verdict is not None:
            after = S.WAITING if isinstance(verdict, TryAgain) else verdict
            assert after in LEGAL_MOVES[given.state]
            given = replace(given, state=after)
    return given


@given(TRIED, st.lists(REPORTS, min_size=1, max_size=6), st.data())
def test_repeated_and_reordered_reports_end_in_the_same_state(
    start: Delivery, reports: list[Report], data: st.DataObject
) -> None:
    repeated = data.draw(st.permutations(reports + data.draw(st.lists(st.sampled_from(reports), max_size=4))))
    assert told(start, reports).state is told(start, repeated).state


@given(TRIED, st.lists(REPORTS, max_size=6))
def test_no_report_revives_what_ended(start: Delivery, reports: list[Report]) -> None:
    after = told(start, reports)
    if start.state in (S.FAILED, S.SUPERSEDED):
        assert after == start
    if start.state is S.SENT:
        assert after.state in (S.SENT, S.FAILED)


def test_every_state_has_its_legal_moves() -> None:
    assert set(LEGAL_MOVES) == set(S)
    assert LEGAL_MOVES[S.FAILED] == LEGAL_MOVES[S.SUPERSEDED] == frozenset()
