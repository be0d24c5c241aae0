"""What a device that was added changes in its owner's rules."""

from datetime import timedelta

from tocsin.delivery.model import Contact, NotificationRule, Urgency
from tocsin.delivery.waking import with_push

NOW = timedelta(0)
EMAIL = Contact(id=None, user_id=5, kind="email", address="alice@example.com")
HOOK = Contact(id=2, user_id=5, kind="webhook", address="https://hooks.example.com/alice")
DEVICE = Contact(id=3, user_id=5, kind="push", address="{}")


def high(kind: str, after: timedelta = NOW) -> NotificationRule:
    return NotificationRule(Urgency.HIGH, kind, after)


def test_it_rings_at_once_beside_what_was_there() -> None:
    later, low = high("webhook", timedelta(minutes=3)), NotificationRule(Urgency.LOW, "email", NOW)
    assert with_push([later, low], [EMAIL, HOOK, DEVICE]) == (high("push"), later, low)


def test_whoever_had_no_rules_keeps_the_ways_that_were_used_without_any() -> None:
    assert with_push([], [EMAIL, HOOK, DEVICE]) == (high("push"), high("email"))
    assert with_push([], [HOOK, DEVICE]) == (high("push"), high("webhook"))
    assert with_push([], [DEVICE]) == (high("push"),)


def test_a_rule_that_names_it_stays_as_it_is() -> None:
    kept = (high("email"), high("push", timedelta(minutes=5)))
    assert with_push(kept, [EMAIL, DEVICE]) == kept
