"""Hand-overs by a recurrence rule: on the wall clock, as far as the rule goes, and never counted to the end of time."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from tests.rules.oncall.rota_text import at, rota, shown
from tocsin.oncall.recurrence import Occurrences
from tocsin.oncall.rotation import who_is_on_call


def by_rule(rule: str, starts: str = "2026-01-05T09:00") -> str:
    return f'layers: [{{name: rule, rotation: rrule, rrule: "{rule}", starts: {starts}, users: [ann, ben]}}]'


def test_hand_overs_stay_on_the_wall_clock() -> None:
    assert shown(rota(by_rule("FREQ=WEEKLY;BYDAY=MO")), "2026-03-23T09:00", "2026-04-06T09:00") == [
        "ben 2026-03-23T09:00+01:00",
        "ann 2026-03-30T09:00+02:00",
    ]


def test_a_start_that_the_rule_does_not_name_begins_the_first_turn() -> None:
    assert shown(rota(by_rule("FREQ=WEEKLY;BYDAY=FR")), "2026-01-05T09:00", "2026-01-16T09:00") == [
        "ann 2026-01-05T09:00+01:00",
        "ben 2026-01-09T09:00+01:00",
    ]


def test_after_the_last_hand_over_the_last_turn_goes_on() -> None:
    for end in ("COUNT=3", "UNTIL=20260120T000000"):
        answer = who_is_on_call(rota(by_rule(f"FREQ=WEEKLY;BYDAY=MO;{end}")), at("2027-01-01T12:00"))
        assert (answer.users, answer.since, answer.until) == (("ann",), at("2026-01-19T09:00"), None)


def test_small_letters_and_blanks_are_no_other_rule() -> None:
    assert rota(by_rule(" freq=weekly;byday=mo ")).layers[0].rrule == " freq=weekly;byday=mo "
    assert shown(rota(by_rule(" freq=weekly;byday=mo ")), "2026-01-12T09:00", "2026-01-13T09:00") == [
        "ben 2026-01-12T09:00+01:00"
    ]


def test_a_rule_is_followed_for_thirty_years_and_no_further() -> None:
    starts = datetime.fromisoformat("2026-01-05T09:00")
    daily = Occurrences("FREQ=DAILY", starts)
    count = daily.count(starts + timedelta(days=7000 * 365))
    assert daily.at(count - 1) == datetime.fromisoformat("2056-01-04T09:00")
    assert daily.at(count) is None


def test_what_was_expanded_is_not_expanded_again() -> None:
    starts = datetime.fromisoformat("2026-01-05T09:00")
    daily = Occurrences("FREQ=DAILY", starts)
    assert daily.count(starts + timedelta(days=10)) == 10
    assert daily.at(4) == starts + timedelta(days=5)
    assert daily.count(starts) == 0
    assert len(daily.known) == 11


def test_it_is_expanded_in_many_threads_at_once() -> None:
    """A worker asks who is on call while the proof of the coming weeks, or a feed, counts on in a thread of its own."""
    starts = datetime.fromisoformat("2026-01-05T09:00")
    until = starts + timedelta(days=2000)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            for _ in range(5):
                daily = Occurrences("FREQ=DAILY", starts)
                counts = list(threads.map(daily.count, [until] * 4))
                assert counts == [2000] * 4
                assert daily.known == [starts + timedelta(days=day) for day in range(1, 2002)]
    finally:
        sys.setswitchinterval(usual)
