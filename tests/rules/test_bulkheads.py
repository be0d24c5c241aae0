from tocsin.delivery.bulkheads import TRIPS_AT, Bulkheads, TurnedAway
from tocsin.kernel.outbound import FailureReason


class Monotonic:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def trip(bulkheads: Bulkheads, endpoint: str = "dead:443", times: int = TRIPS_AT) -> None:
    for _ in range(times):
        assert bulkheads.enter(endpoint) is None
        bulkheads.leave(endpoint, FailureReason.TIMEOUT)


def test_a_share_of_the_places_and_no_more() -> None:
    bulkheads = Bulkheads(limit=2, clock=Monotonic())
    assert bulkheads.enter("slow:443") is None
    assert bulkheads.enter("slow:443") is None
    turned_away = bulkheads.enter("slow:443")
    assert turned_away
    assert not turned_away.is_failing
    assert bulkheads.enter("other:443") is None
    bulkheads.leave("slow:443", None)
    assert bulkheads.enter("slow:443") is None


def test_what_does_not_answer_is_held_back_and_probed_one_at_a_time() -> None:
    clock = Monotonic()
    bulkheads = Bulkheads(clock=clock)
    trip(bulkheads)
    assert bulkheads.enter("dead:443") == TurnedAway(5.0, is_failing=True)
    clock.seconds += 5
    assert bulkheads.enter("dead:443") is None
    second = bulkheads.enter("dead:443")
    assert second
    assert second.is_failing
    bulkheads.leave("dead:443", FailureReason.UNREACHABLE)
    assert bulkheads.enter("dead:443") == TurnedAway(10.0, is_failing=True)


def test_pauses_grow_and_end() -> None:
    clock = Monotonic()
    bulkheads = Bulkheads(clock=clock)
    trip(bulkheads)
    pauses: list[float] = []
    for _ in range(6):
        turned_away = bulkheads.enter("dead:443")
        assert turned_away
        pauses.append(turned_away.seconds)
        clock.seconds += turned_away.seconds
        trip(bulkheads, times=1)
    assert pauses == [5, 10, 20, 30, 30, 30]


def test_any_answer_opens_the_way_again() -> None:
    clock = Monotonic()
    bulkheads = Bulkheads(clock=clock)
    trip(bulkheads)
    clock.seconds += 5
    assert bulkheads.enter("dead:443") is None
    bulkheads.leave("dead:443", FailureReason.REFUSED)
    for _ in range(bulkheads.limit):
        assert bulkheads.enter("dead:443") is None


def test_refusals_hold_nothing_back() -> None:
    bulkheads = Bulkheads()
    for _ in range(20):
        assert bulkheads.enter("strict:443") is None
        bulkheads.leave("strict:443", FailureReason.RATE_LIMIT)


def test_what_was_called_off_says_nothing() -> None:
    bulkheads = Bulkheads(clock=Monotonic())
    trip(bulkheads, times=TRIPS_AT - 1)
    assert bulkheads.enter("dead:443") is None
    bulkheads.abandon("dead:443")
    trip(bulkheads, times=1)
    assert bulkheads.enter("dead:443") == TurnedAway(5, is_failing=True)
