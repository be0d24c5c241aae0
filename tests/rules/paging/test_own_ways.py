"""Which other ways of a person hear that they have answered (PAG-7)."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from tocsin.delivery.model import Delivery, DeliveryState, MessageView, Purpose, Urgency
from tocsin.paging.own_ways import other_ways

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
ALICE, BOB = 5, 6
EMAIL, SMS, PUSH, PUSHOVER = 1, 2, 3, 4
KINDS = {EMAIL: "email", SMS: "sms", PUSH: "push", PUSHOVER: "pushover"}


def page(contact: int, *, attempts: int = 1, used_at: datetime | None = None, user: int = ALICE) -> Delivery:
    return Delivery(
        id=uuid4(),
        notification_id=uuid4(),
        position=0,
        user_id=user,
        user_name="alice",
        contact_id=contact,
        kind=KINDS.get(contact, "voice"),
        address="",
        topic="incident/42",
        scope_id=1,
        cause="page/17",
        purpose=Purpose.PAGE,
        urgency=Urgency.HIGH,
        prio=1,
        message=MessageView(title="Checkout 5xx"),
        chain=f"{contact}/incident/42",
        state=DeliveryState.SENT,
        attempts=attempts,
        requested_at=NOW,
        due_at=NOW,
        link_used_at=used_at,
    )


def told(*sent: Delivery, of: int = ALICE) -> list[int | None]:
    return [each.contact_id for each in other_ways(sent, {of}, NOW)]


def test_on_four_channels_the_other_three_hear_of_it() -> None:
    assert told(page(EMAIL), page(SMS, used_at=NOW), page(PUSH), page(PUSHOVER)) == [EMAIL, PUSH, PUSHOVER]


def test_answered_elsewhere_only_what_stays_or_rings_on_does() -> None:
    assert told(page(EMAIL), page(SMS), page(PUSH), page(PUSHOVER)) == [PUSH, PUSHOVER]
    earlier = NOW - timedelta(minutes=30)
    assert told(page(EMAIL), page(SMS, used_at=earlier), page(PUSH)) == [PUSH], "that was about the page before"


def test_each_way_hears_it_once_and_only_if_a_page_has_left_by_it() -> None:
    assert told(page(PUSH), page(PUSH), page(PUSHOVER, attempts=0)) == [PUSH]


def test_a_call_is_over_and_other_people_have_words_of_their_own() -> None:
    assert told(page(99), page(EMAIL, used_at=NOW), page(PUSH, user=BOB)) == []
    assert told(page(EMAIL, used_at=NOW, user=BOB), page(PUSH), of=ALICE) == [PUSH]
