"""Simulated messages are paced and bundled as real ones: the numbers are those of `delivery.pacing` (PAG-9)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tests.rules.simulation.examples import AT, BURNING, setup_from
from tocsin.delivery.model import Purpose, Urgency
from tocsin.delivery.pacing import CAP, CAP_SPAN, PAGE_WAITS
from tocsin.simulation.model import Heard, Sending
from tocsin.simulation.stage import Stage
from tocsin.simulation.timers import Timers
from tocsin.simulation.travelling import Parcel, Travelling

SECOND = timedelta(seconds=1)
PHONE = (5, "ntfy", "https://ntfy.example.com/alice")


def parcel(number: int, at: datetime, **changes: object) -> Parcel:
    known: dict[str, object] = {
        "sending": Sending(at=at, kind=PHONE[1], address=PHONE[2]),
        "way": PHONE,
        "name": "alice",
        "topic": f"INC-{number}",
        "purpose": Purpose.PAGE,
        "urgency": Urgency.HIGH,
        "requested_at": at,
        "is_top_level": False,
    }
    return Parcel(**(known | changes))  # type: ignore[arg-type]


def played(parcels: Sequence[Parcel]) -> tuple[list[tuple[float, str]], int]:
    """When each left, in seconds, and with what; and how many messages it came to."""
    timers = Timers(AT)
    travelling = Travelling(timers, lambda at: at)
    for each in parcels:
        timers.run_until(each.requested_at)
        travelling.take(each)
    timers.run_out(AT + timedelta(days=1))
    left = [((each.sending.at - AT).total_seconds(), each.sending.travels) for each in parcels]
    return left, travelling.messages.total()


def test_what_comes_just_after_a_message_goes_out_together() -> None:
    pages = [parcel(number, AT + number * SECOND) for number in range(4)]
    waits = 1 + PAGE_WAITS.total_seconds()
    left, messages = played(pages)
    assert left == [(0, ""), (waits, ""), (waits, "in one message with INC-1"), (waits, "in one message with INC-1")]
    assert messages == 2


def test_one_incident_holds_nothing_of_its_own_and_another_way_nothing_of_this() -> None:
    again = [parcel(1, AT), parcel(1, AT + SECOND), parcel(2, AT + 2 * SECOND, way=(6, *PHONE[1:]))]
    assert played(again) == ([(0, ""), (1, ""), (2, "")], 3)


def test_the_first_page_of_the_worst_level_never_waits_and_its_second_does() -> None:
    pages = [
        parcel(1, AT),
        parcel(2, AT + SECOND, is_top_level=True),
        parcel(3, AT + 2 * SECOND, is_top_level=True),
        parcel(2, AT + 3 * SECOND, is_top_level=True),
    ]
    assert played(pages) == ([(0, ""), (1, ""), (2, ""), (7, "")], 4)


def test_nobody_gets_more_than_the_cap() -> None:
    pages = [parcel(number, AT + number * 11 * SECOND) for number in range(2 * CAP)]
    left, messages = played(pages)
    assert [at for at, _ in left][:CAP] == [number * 11 for number in range(CAP)]
    assert {at for at, _ in left[CAP:]} == {CAP_SPAN.total_seconds()}
    assert messages == CAP + 1


def test_what_is_dropped_while_it_is_held_does_not_leave() -> None:
    timers = Timers(AT)
    travelling = Travelling(timers, lambda at: at)
    first, second, third = (parcel(number, AT) for number in range(3))
    for each in (first, second, third):
        travelling.take(each)
    second.sending.dropped = "bob has acknowledged"
    timers.run_out(AT + timedelta(days=1))
    assert travelling.messages.total() == 2
    assert third.sending.travels == ""


def test_of_a_storm_the_story_and_the_figures_say_what_was_bundled() -> None:
    """Three causes within two seconds: three pages to whoever is on call, the last two in one message."""
    over = AT + timedelta(minutes=2)
    causes = [Heard(at=AT + n * SECOND, labels={**BURNING, "alertname": f"Cause{n}"}, ended_at=over) for n in range(3)]
    stage = Stage(setup_from(), AT)
    stage.play(causes)
    stage.timers.run_until(AT + timedelta(minutes=1))
    calls = [call for call in stage.climbing.calls if call.person == "alice"]
    at_once = [next(send for send in call.sends if not send.dropped) for call in calls]
    assert [((send.at - AT).total_seconds(), send.travels) for send in at_once] == [
        (0, ""),
        (5, ""),
        (5, "in one message with INC-2"),
    ]
    ways = len({(send.kind, send.address) for send in calls[0].sends})
    assert stage.climbing.pages.total() == 3
    assert stage.climbing.travelling.messages.total() == 2 * ways
