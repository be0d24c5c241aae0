from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from tocsin.delivery.bundling import MOST_NAMED, bundle, travelled_with
from tocsin.delivery.model import Delivery, DeliveryState, Line, MessageView, Purpose, Urgency
from tocsin.delivery.pacing import CAP, CAP_SPAN, PAGE_WAITS, Pace, after_message, decide_pace, is_paced

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
URL = "https://tocsin.example.com"


def seconds(n: float) -> timedelta:
    return timedelta(seconds=n)


def delivery(number: int = 1, purpose: Purpose = Purpose.PAGE, **changes: object) -> Delivery:
    known: dict[str, object] = {
        "id": UUID(int=number),
        "notification_id": UUID(int=number),
        "position": 0,
        "user_id": 5,
        "user_name": "alice",
        "contact_id": 7,
        "kind": "webhook",
        "address": "https://hooks.example.com/alice",
        "topic": f"incident/{number}",
        "scope_id": 1,
        "cause": "",
        "purpose": purpose,
        "urgency": Urgency.HIGH,
        "prio": 1,
        "message": MessageView(
            title=f"Trouble {number}",
            incident_ref=f"INC-{number}",
            severity="SEV-3",
            what="It fails.",
            url=f"/incidents/INC-{number}",
        ),
        "chain": f"7/incident/{number}",
        "state": DeliveryState.WAITING,
        "attempts": 0,
        "requested_at": NOW,
        "due_at": NOW,
    }
    return Delivery(**known | changes)  # type: ignore[arg-type]


def until(pace: Pace, each: Delivery, now: datetime = NOW, *, is_first_of_top: bool = False) -> float | None:
    """Seconds for which it is held; None: it goes at once."""
    hold = decide_pace(pace, each, now, is_first_of_top=is_first_of_top)
    return None if hold is None else (hold.until - now).total_seconds()


def test_the_first_message_goes_at_once_and_the_next_of_another_incident_waits() -> None:
    assert until(Pace(), delivery()) is None
    just_sent = after_message(Pace(), delivery(9), NOW - seconds(3))
    assert until(just_sent, delivery(purpose=Purpose.RESOLVED)) == 7
    assert until(just_sent, delivery(purpose=Purpose.RESOLVED), NOW + seconds(7)) is None


def test_a_page_waits_four_seconds_at_the_most() -> None:
    just_sent = after_message(Pace(), delivery(9), NOW - seconds(1))
    assert until(just_sent, delivery()) == PAGE_WAITS.total_seconds()
    assert until(just_sent, delivery(requested_at=NOW - seconds(3))) == 1
    assert until(just_sent, delivery(requested_at=NOW - PAGE_WAITS)) is None


def test_a_page_that_wakes_waits_for_no_message_that_does_not() -> None:
    for quiet in (delivery(9, urgency=Urgency.LOW), delivery(9, Purpose.RESOLVED), delivery(9, Purpose.INFO)):
        just_sent = after_message(Pace(), quiet, NOW - seconds(1))
        assert until(just_sent, delivery()) is None
        assert until(just_sent, delivery(urgency=Urgency.LOW)) == PAGE_WAITS.total_seconds()


def test_what_is_said_about_the_same_incident_is_not_held() -> None:
    just_sent = after_message(Pace(), delivery(1), NOW)
    assert until(just_sent, delivery(purpose=Purpose.ACKNOWLEDGED)) is None


def test_the_eleventh_message_in_ten_minutes_waits_for_the_first_to_be_ten_minutes_old() -> None:
    pace = Pace()
    for minute in range(9, -1, -1):
        pace = after_message(pace, delivery(1), NOW - timedelta(minutes=minute, seconds=30))
    assert until(pace, delivery()) == 30
    hold = decide_pace(pace, delivery(), NOW, is_first_of_top=False)
    assert hold is not None
    assert "after 10 messages in 10 minutes" in hold.why
    assert until(pace, delivery(), NOW + seconds(30)) is None


def test_a_first_page_of_the_worst_level_is_never_held() -> None:
    pace = Pace(sent=(NOW,) * CAP, topic="incident/9")
    assert until(pace, delivery(is_top_level=True), is_first_of_top=True) is None
    assert until(pace, delivery(is_top_level=True)) == CAP_SPAN.total_seconds()


def test_tests_strangers_and_second_tries_are_not_paced() -> None:
    assert is_paced(delivery())
    assert not is_paced(delivery(purpose=Purpose.TEST))
    assert not is_paced(delivery(user_id=None))
    assert not is_paced(delivery(attempts=1))


ARRIVALS = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from([Purpose.PAGE, Purpose.RESOLVED, Purpose.INFO]), st.integers(1, 5)),
    min_size=1,
    max_size=80,
)


@given(ARRIVALS)
def test_however_messages_come_no_way_carries_more_than_the_cap_and_nothing_waits_for_ever(
    arrivals: list[tuple[int, Purpose, int]],
) -> None:
    """Each message asks when it comes and again when its hold ends; what is held goes along with whatever was held."""
    pace = Pace()
    waiting = sorted((NOW + seconds(at), n, about, purpose) for n, (at, purpose, about) in enumerate(arrivals))
    came = {n: at for at, n, _, _ in waiting}
    held: set[int] = set()
    left: dict[int, datetime] = {}
    messages: list[datetime] = []
    while waiting:
        now, n, about, purpose = waiting.pop(0)
        if n in left:
            continue
        each = delivery(about, purpose, requested_at=came[n])
        hold = decide_pace(pace, each, now, is_first_of_top=False)
        if hold is not None:
            assert hold.until > now
            held.add(n)
            waiting = sorted([*waiting, (hold.until, n, about, purpose)])
            continue
        pace = after_message(pace, each, now)
        messages.append(now)
        left |= dict.fromkeys([n, *(held if n in held else ())], now)
        held -= left.keys()
    assert left.keys() == came.keys()
    assert all(left[n] - came[n] <= CAP_SPAN for n in came)
    for first in messages:
        assert sum(first <= at < first + CAP_SPAN for at in messages) <= CAP


def test_a_bundle_names_what_it_holds_pages_first_with_their_links() -> None:
    together = bundle(
        [
            delivery(1, Purpose.RESOLVED),
            delivery(2, urgency=Urgency.LOW),
            delivery(3, requested_at=NOW + seconds(1)),
        ],
        URL,
    )
    assert (together.purpose, together.urgency) == (Purpose.PAGE, Urgency.HIGH)
    assert together.message.title == "3 messages in one: 2 pages, 1 resolution"
    assert [line.label for line in together.message.lines] == ["INC-3", "INC-2", "INC-1"]
    assert together.message.lines[0].value == (
        "you are paged: Trouble 3 (SEV-3). It fails. https://tocsin.example.com/incidents/INC-3"
    )
    assert together.message.url == f"{URL}/incidents"
    assert not together.message.can_acknowledge


def test_one_answer_is_for_the_pages_in_it_and_for_each_incident_once() -> None:
    def asking(number: int) -> Delivery:
        view = MessageView(title=f"Trouble {number}", incident_ref=f"INC-{number}", can_acknowledge=True)
        return delivery(number, message=view)

    together = bundle([delivery(1, Purpose.RESOLVED), asking(2), asking(3), asking(2)], URL).message
    assert together.pages == (Line("INC-2", "Trouble 2"), Line("INC-3", "Trouble 3"))
    assert not together.can_acknowledge, "its own link leads to no single incident"


def test_two_messages_about_one_incident_are_one_line() -> None:
    together = bundle([delivery(1), delivery(1, Purpose.INFO)], URL)
    (line,) = together.message.lines
    assert line.value.startswith("you are paged; update: Trouble 1")


def test_a_long_bundle_counts_what_it_does_not_name() -> None:
    together = bundle([delivery(n) for n in range(1, MOST_NAMED + 4)], URL)
    assert len(together.message.lines) == MOST_NAMED + 1
    assert together.message.lines[-1].value.startswith("3 more")


def test_the_ledger_says_what_it_travelled_with() -> None:
    assert travelled_with(delivery(1), [delivery(1)]) == ""
    assert travelled_with(delivery(1), [delivery(1), delivery(2), delivery(3)]) == "in one message with INC-2, INC-3"
