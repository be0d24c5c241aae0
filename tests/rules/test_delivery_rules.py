from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tocsin.delivery.model import (
    Contact,
    Delivery,
    DeliveryState,
    MessageView,
    Notification,
    NotificationRule,
    Purpose,
    Urgency,
)
from tocsin.delivery.rules import (
    OVERTAKES,
    RETRIES,
    GiveUp,
    TryAgain,
    after_failure,
    check_rules,
    decide_ways,
    is_brought_to_nobody,
    is_last,
    is_routine,
    next_way,
)
from tocsin.kernel.errors import Invalid
from tocsin.kernel.outbound import FailureReason, SendFailed

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
EMAIL = Contact(id=1, user_id=5, kind="email", address="alice@example.com")
HOOK = Contact(id=2, user_id=5, kind="webhook", address="https://hooks.example.com/alice")
NTFY = Contact(id=3, user_id=5, kind="ntfy", address="https://ntfy.example.com/alice")
OTHER_HOOK = Contact(id=4, user_id=5, kind="webhook", address="https://hooks.example.com/alice2")
RULES = [
    NotificationRule(Urgency.HIGH, "ntfy", timedelta(minutes=3)),
    NotificationRule(Urgency.HIGH, "email", timedelta(0)),
    NotificationRule(Urgency.HIGH, "webhook", timedelta(0)),
    NotificationRule(Urgency.LOW, "webhook", timedelta(minutes=10)),
]


def notification(**changes: object) -> Notification:
    given = Notification(user_id=5, topic="incident/42", purpose=Purpose.PAGE, message=MessageView(title="x"))
    return msgspec.structs.replace(given, **changes)


def ways(
    given: Notification, contacts: list[Contact], rules: list[NotificationRule], email: str | None = None
) -> list[tuple[str, float]]:
    return [(w.contact.address, w.delay.total_seconds()) for w in decide_ways(given, contacts, rules, email)]


def test_rules_of_the_urgency_give_the_ways_soonest_first() -> None:
    assert ways(notification(), [EMAIL, HOOK, NTFY, OTHER_HOOK], RULES) == [
        (EMAIL.address, 0),
        (HOOK.address, 0),
        (OTHER_HOOK.address, 0),
        (NTFY.address, 180),
    ]
    assert ways(notification(urgency=Urgency.LOW), [EMAIL, HOOK], RULES) == [(HOOK.address, 600)]


def test_a_top_level_page_ignores_low_rules() -> None:
    assert ways(notification(urgency=Urgency.LOW, is_top_level=True), [EMAIL, HOOK], RULES) == [
        (EMAIL.address, 0),
        (HOOK.address, 0),
    ]


def test_without_rules_it_is_email_at_once() -> None:
    assert ways(notification(), [HOOK, EMAIL], []) == [(EMAIL.address, 0)]
    assert ways(notification(), [HOOK], [], "alice@account.example") == [("alice@account.example", 0)]
    assert ways(notification(), [], [], "alice@account.example") == [("alice@account.example", 0)]


def test_without_email_it_is_all_there_is() -> None:
    assert ways(notification(), [HOOK, NTFY], []) == [(HOOK.address, 0), (NTFY.address, 0)]
    assert ways(notification(), [], []) == []


def test_a_device_that_was_not_added_yet_delays_nothing() -> None:
    device = Contact(id=9, user_id=5, kind="push", address="{}")
    rules = [
        NotificationRule(Urgency.HIGH, "push", timedelta(0)),
        NotificationRule(Urgency.HIGH, "webhook", timedelta(minutes=3)),
        NotificationRule(Urgency.HIGH, "ntfy", timedelta(minutes=5)),
    ]
    assert ways(notification(), [HOOK, OTHER_HOOK, NTFY], rules) == [
        (HOOK.address, 0),
        (OTHER_HOOK.address, 0),
        (NTFY.address, 300),
    ]
    assert ways(notification(), [device, HOOK], rules) == [("{}", 0), (HOOK.address, 180)]


def test_rules_that_name_only_ways_that_are_gone_fall_back() -> None:
    assert ways(notification(), [HOOK], [RULES[1]], None) == [(HOOK.address, 0)]


def test_channels_and_a_single_contact_replace_the_rules() -> None:
    assert ways(notification(channels=("ntfy", "email")), [EMAIL, NTFY], RULES) == [
        (NTFY.address, 0),
        (EMAIL.address, 0),
    ]
    assert ways(notification(contact_id=3), [EMAIL, NTFY], RULES) == [(NTFY.address, 0)]


def delivery(n: int = 1, **changes: object) -> Delivery:
    given = Delivery(
        id=UUID(int=n),
        notification_id=UUID(int=99),
        position=n,
        user_id=5,
        user_name="alice",
        contact_id=n,
        kind="webhook",
        address="https://hooks.example.com/alice",
        topic="incident/42",
        scope_id=1,
        cause="",
        purpose=Purpose.PAGE,
        urgency=Urgency.HIGH,
        prio=0,
        message=MessageView(title="x"),
        chain="c",
        state=DeliveryState.SENDING,
        attempts=1,
        requested_at=NOW,
        due_at=NOW,
    )
    return msgspec.structs.replace(given, **changes)


def failed(reason: FailureReason, seconds: float | None = None) -> SendFailed:
    retry_after = None if seconds is None else NOW + timedelta(seconds=seconds)
    return SendFailed(reason, "x", retry_after=retry_after)


def test_every_reason_says_whether_to_try_again() -> None:
    assert set(RETRIES) == set(FailureReason)


@pytest.mark.parametrize(
    "reason",
    [
        FailureReason.TLS,
        FailureReason.AUTHENTICATION,
        FailureReason.REFUSED,
        FailureReason.REJECTED,
        FailureReason.BLOCKED_ADDRESS,
        FailureReason.UNREADABLE,
    ],
)
def test_what_a_person_must_mend_fails_at_once(reason: FailureReason) -> None:
    assert after_failure(delivery(), failed(reason, 5), NOW, 0.0) == GiveUp()


@pytest.mark.parametrize(
    ("attempt", "wait"), [(1, 5), (2, 15), (3, 45), (4, 135), (5, 300), (6, 300), (7, None), (8, None)]
)
def test_what_may_pass_is_tried_again_at_growing_distances(attempt: int, wait: float | None) -> None:
    decision = after_failure(delivery(attempts=attempt), failed(FailureReason.TIMEOUT), NOW, 0.0)
    assert decision == (GiveUp() if wait is None else TryAgain(NOW + timedelta(seconds=wait)))


@pytest.mark.parametrize(
    ("urgency", "asked", "granted"),
    [
        (Urgency.HIGH, 7, 7),
        (Urgency.HIGH, 0, 1),
        (Urgency.HIGH, 86400, 300),
        (Urgency.LOW, 600, 600),
        (Urgency.LOW, 86400, 3600),
    ],
)
def test_a_retry_after_is_honoured_within_bounds(urgency: Urgency, asked: float, granted: float) -> None:
    decision = after_failure(delivery(urgency=urgency), failed(FailureReason.RATE_LIMIT, asked), NOW, 0.0)
    assert decision == TryAgain(NOW + timedelta(seconds=granted))


def test_what_is_superseded_or_too_old_is_not_tried_again() -> None:
    timeout = failed(FailureReason.TIMEOUT)
    assert after_failure(delivery(superseded="resolved"), timeout, NOW, 0.0) == GiveUp()
    assert after_failure(delivery(requested_at=NOW - timedelta(hours=1)), timeout, NOW, 0.0) == GiveUp()


def test_the_next_way_is_brought_forward_unless_somebody_was_reached() -> None:
    first = delivery(1)
    later = [delivery(n, state=DeliveryState.WAITING, attempts=0, due_at=NOW + timedelta(minutes=n)) for n in (3, 2)]
    assert next_way(first, [first, *later], NOW) == later[1]
    sent = delivery(4, state=DeliveryState.SENT)
    assert next_way(first, [first, *later, sent], NOW) is None
    assert next_way(first, [first], NOW) is None
    retrying = delivery(5, state=DeliveryState.WAITING, attempts=1, due_at=NOW + timedelta(minutes=1))
    assert next_way(first, [first, retrying], NOW) is None


@pytest.mark.parametrize(
    ("other", "last"),
    [
        (DeliveryState.WAITING, False),
        (DeliveryState.SENDING, False),
        (DeliveryState.TAKEN, False),
        (DeliveryState.SENT, False),
        (DeliveryState.FAILED, True),
        (DeliveryState.SUPERSEDED, True),
    ],
)
def test_the_last_to_fail_is_known(other: DeliveryState, last: bool) -> None:
    first = delivery(1)
    assert is_last(first, [first, delivery(2, state=other)]) is last


@pytest.mark.parametrize(
    ("newer", "older", "expected"),
    [
        (Purpose.RESOLVED, Purpose.PAGE, True),
        (Purpose.ACKNOWLEDGED, Purpose.PAGE, True),
        (Purpose.PAGE, Purpose.PAGE, True),
        (Purpose.PAGE, Purpose.RESOLVED, False),
        (Purpose.INFO, Purpose.PAGE, False),
        (Purpose.TEST, Purpose.PAGE, False),
        (Purpose.RESOLVED, Purpose.TEST, False),
    ],
)
def test_what_overtakes_what(newer: Purpose, older: Purpose, expected: bool) -> None:
    assert (older in OVERTAKES[newer]) is expected


def test_rules_name_kinds_that_are_there_and_wait_a_day_at_most() -> None:
    check_rules(RULES, [EMAIL, HOOK, NTFY])
    check_rules([], [])
    wrongs = [
        (NotificationRule(Urgency.HIGH, "sms", timedelta(0)), "high.0.kind"),
        (NotificationRule(Urgency.LOW, "email", timedelta(hours=25)), "low.0.after"),
    ]
    for rule, field in wrongs:
        with pytest.raises(Invalid) as refused:
            check_rules([rule], [EMAIL])
        assert refused.value.field == field
        assert f"for {rule.urgency} urgency" in refused.value.message
        assert rule.kind in refused.value.message


def test_what_has_become_wrong_with_one_urgency_holds_up_no_change_of_the_other() -> None:
    stale, high = (
        NotificationRule(Urgency.LOW, "push", timedelta(0)),
        NotificationRule(Urgency.HIGH, "email", timedelta(0)),
    )
    check_rules([high, stale], [EMAIL], before=[stale])
    later = msgspec.structs.replace(stale, delay=timedelta(minutes=5))
    with pytest.raises(Invalid, match="for low urgency name 'push'"):
        check_rules([high, later], [EMAIL], before=[stale])


def test_a_notice_that_somebody_has_got_is_no_news_and_one_that_failed_is() -> None:
    notice = delivery(purpose=Purpose.NOTICE)
    assert is_routine(notice, DeliveryState.SENT)
    assert not is_routine(notice, DeliveryState.FAILED)
    assert not is_routine(delivery(purpose=Purpose.PAGE), DeliveryState.SENT)
    assert not is_routine(delivery(purpose=Purpose.NOTICE, user_id=None), DeliveryState.SENT), "the announce channel"


@pytest.mark.parametrize("purpose", Purpose)
def test_a_phone_rings_for_what_must_be_acted_on_and_for_nothing_else(purpose: Purpose) -> None:
    phone = Contact(id=6, user_id=5, kind="voice", address="+4915112345678")
    rules = [
        NotificationRule(Urgency.HIGH, "voice", timedelta(0)),
        NotificationRule(Urgency.HIGH, "email", timedelta(0)),
    ]
    rings = phone.address in [address for address, _ in ways(notification(purpose=purpose), [phone, EMAIL], rules)]
    assert rings == (purpose in (Purpose.PAGE, Purpose.TEST))
    assert ways(notification(purpose=purpose, contact_id=6), [phone], rules) == [(phone.address, 0)]


GONE = "@bob has acknowledged"


@pytest.mark.parametrize(
    ("call", "others", "is_over"),
    [
        ({"superseded": GONE}, (), True),
        ({"superseded": None}, (), False),
        ({"superseded": GONE, "state": DeliveryState.SENT}, (), False),
        ({"superseded": GONE, "state": DeliveryState.WAITING}, (), False),
        ({"superseded": GONE}, (None,), False),
        ({"superseded": None}, (GONE,), False),
        ({"superseded": GONE}, (GONE, GONE), True),
    ],
)
def test_a_call_is_ended_when_nothing_that_it_brings_is_wanted(
    call: dict[str, Any], others: tuple[str | None, ...], is_over: bool
) -> None:
    ringing = delivery(**{"state": DeliveryState.TAKEN, **call})
    carried = [delivery(state=DeliveryState.TAKEN, superseded=why) for why in others]
    assert is_brought_to_nobody(ringing, carried) is is_over
