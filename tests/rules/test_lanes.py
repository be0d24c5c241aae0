"""What a worker asks the next claim for."""

from datetime import UTC, datetime, timedelta

from tocsin.kernel.job_store import Claimed, First
from tocsin.kernel.lanes import Lanes
from tocsin.kernel.wakeups import SLACK, announcement

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def claimed(id: int, run_at: datetime = NOW, *, lane: str = "mail", prio: int = 1) -> Claimed:
    return Claimed(id, lane, prio, run_at, "kind", None, {}, 1, 0)


def test_a_lane_without_places_is_not_asked_for() -> None:
    lanes = Lanes({"mail": 2, "hook": 2}, 16)
    wanted = lanes.wanted()
    lanes.note_claim(wanted, [claimed(1), claimed(2)], NOW)
    assert [(each.lane, each.free) for each in lanes.wanted()] == []
    lanes["mail"].busy -= 1
    assert [(each.lane, each.free) for each in lanes.wanted()] == [("mail", 1)]


def test_a_full_claim_goes_on_behind_the_last_job_and_a_short_one_puts_the_lane_to_sleep() -> None:
    lanes = Lanes({"mail": 2}, 16)
    lanes.note_claim(lanes.wanted(), [claimed(7), claimed(6)], NOW)
    lanes["mail"].busy = 0
    (again,) = lanes.wanted()
    assert (again.at1, again.id1) == (NOW, 7)
    assert again.at0 < NOW - timedelta(days=1)
    lanes.note_claim([again], [claimed(8)], NOW)
    assert lanes.wanted() == []
    lanes.wake("mail")
    (woken,) = lanes.wanted()
    assert (woken.at0, woken.at1, woken.at2) == (NOW - SLACK, NOW - SLACK, NOW - SLACK)


def test_a_wake_up_during_a_claim_is_not_lost() -> None:
    lanes = Lanes({"mail": 2}, 16)
    wanted = lanes.wanted()
    lanes.wake("mail")
    lanes.note_claim(wanted, [], NOW)
    assert [each.lane for each in lanes.wanted()] == ["mail"]


def test_a_late_wake_up_during_a_claim_looks_from_the_beginning() -> None:
    lanes = Lanes({"mail": 2}, 16)
    wanted = lanes.wanted()
    lanes.wake("mail<")
    lanes.note_claim(wanted, [], NOW)
    (late,) = lanes.wanted()
    assert late.at1 < NOW - timedelta(days=1)


def test_sleepers_wait_for_the_earliest_timer_and_are_woken_by_it() -> None:
    lanes = Lanes({"mail": 2, "hook": 2}, 16)
    lanes.note_claim(lanes.wanted(), [], NOW)
    lanes.note_first_due(
        [First("mail", 1, NOW + timedelta(seconds=5), 1), First("hook", 0, NOW + timedelta(seconds=3), 2)]
    )
    assert lanes.next_due() == NOW + timedelta(seconds=3)
    lanes.wake_due(NOW + timedelta(seconds=3))
    assert [each.lane for each in lanes.wanted()] == ["hook"]
    assert lanes.next_due() == NOW + timedelta(seconds=5)


def test_a_timer_that_is_told_of_is_waited_for_and_claimed_when_it_comes() -> None:
    lanes = Lanes({"mail": 2}, 16)
    lanes.note_claim(lanes.wanted(), [], NOW)
    for seconds in (2, 1, 1.5):
        timer = NOW + timedelta(seconds=seconds)
        news = announcement("mail", timer, NOW)
        assert news is not None
        lanes.wake(news)
    assert lanes.wanted() == []
    assert lanes.next_due() == NOW + timedelta(seconds=1)
    lanes.wake_due(NOW + timedelta(seconds=1))
    assert [each.lane for each in lanes.wanted()] == ["mail"]
    assert lanes.next_due() is None


def test_the_next_timers_are_looked_up_where_they_are_not_known() -> None:
    lanes = Lanes({"mail": 2}, 16)
    assert lanes.must_look_ahead(), "nothing is known of what was armed before"
    assert not lanes.must_look_ahead()
    lanes.note_claim(lanes.wanted(), [claimed(1)], NOW)
    assert not lanes.must_look_ahead(), "it was awake for a job, and has it"
    lanes.wake("mail")
    lanes.note_claim(lanes.wanted(), [], NOW)
    assert lanes.must_look_ahead(), "it was awake for a job that a clock ahead of ours calls due"
    lanes.note_first_due([First("mail", 1, NOW + timedelta(seconds=1), 1)])
    lanes.wake_due(NOW)
    assert not lanes.must_look_ahead()
    lanes.wake_due(NOW + timedelta(seconds=1))
    assert lanes.must_look_ahead(), "that timer has come, and what comes after it is not known"
    lanes.wake_all()
    assert lanes.must_look_ahead(), "a new life knows nothing"


def test_a_doubt_during_a_look_ahead_is_not_lost() -> None:
    lanes = Lanes({"mail": 2}, 16)
    assert lanes.must_look_ahead()
    lanes.note_claim(lanes.wanted(), [], NOW)
    news = announcement("mail", NOW + timedelta(seconds=1), NOW)
    assert news is not None
    lanes.wake(news)
    lanes.note_first_due([First("mail", 1, NOW + timedelta(seconds=9), 1)])
    assert lanes.must_look_ahead()
    assert lanes.next_due() == NOW + timedelta(seconds=1)


def test_what_the_sweep_finds_sets_the_mark_back() -> None:
    lanes = Lanes({"mail": 2}, 16)
    lanes.note_claim(lanes.wanted(), [], NOW)
    lanes.note_swept([First("mail", 1, NOW - timedelta(hours=1), 3)])
    (wanted,) = lanes.wanted()
    assert (wanted.at1, wanted.id1) == (NOW - timedelta(hours=1), 2)
    assert wanted.at0 == NOW - SLACK


def test_a_lane_nobody_named_gets_the_usual_places() -> None:
    lanes = Lanes({}, 16)
    lanes.wake("telex")
    assert [(each.lane, each.free) for each in lanes.wanted()] == [("telex", 16)]
