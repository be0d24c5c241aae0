"""What is sent by which way, what overtakes what, and what becomes of a delivery after a try. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from tocsin.delivery.model import (
    Contact,
    ContactDraft,
    Delivery,
    DeliveryState,
    Notification,
    NotificationRule,
    Purpose,
    Urgency,
    Way,
)
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.outbound import FailureReason, SendFailed
from tocsin.kernel.retry import Retry

AT_ONCE = timedelta(0)
LONGEST_DELAY = timedelta(hours=24)
"""Of one step of a person's notification rules."""

MOST_CONTACTS = 20

_SOON = Retry(attempts=7, first=timedelta(seconds=5), factor=3.0, longest=timedelta(minutes=5))
_LATER = Retry(attempts=10, first=timedelta(seconds=10), factor=2.0, longest=timedelta(minutes=5))

RETRIES: dict[FailureReason, Retry | None] = {
    FailureReason.TIMEOUT: _SOON,
    FailureReason.UNREACHABLE: _SOON,
    FailureReason.OTHER: _SOON,
    FailureReason.RATE_LIMIT: _LATER,
    # A person has to mend these: another way is needed at once (PAG-7).
    FailureReason.TLS: None,
    FailureReason.AUTHENTICATION: None,
    FailureReason.REFUSED: None,
    FailureReason.REJECTED: None,
    FailureReason.BLOCKED_ADDRESS: None,
    FailureReason.UNREADABLE: None,
    FailureReason.NO_ANSWER: None,
    FailureReason.COST_CAP: None,
}

SHORTEST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = {Urgency.HIGH: timedelta(minutes=5), Urgency.LOW: timedelta(hours=1)}
"""Bounds of what a `Retry-After` may ask for: a page that may wait an hour is no page."""

GIVE_UP_AFTER = {Urgency.HIGH: timedelta(minutes=30), Urgency.LOW: timedelta(hours=24)}
"""Older deliveries are not tried again, however few their tries: an endpoint that is held back uses none up."""

CALL = "voice"
WORTH_A_CALL = (Purpose.PAGE, Purpose.TEST)

OVERTAKES: dict[Purpose, frozenset[Purpose]] = {
    Purpose.PAGE: frozenset({Purpose.PAGE}),
    Purpose.INFO: frozenset({Purpose.INFO}),
    Purpose.ACKNOWLEDGED: frozenset({Purpose.PAGE, Purpose.INFO, Purpose.ACKNOWLEDGED}),
    Purpose.RESOLVED: frozenset({Purpose.PAGE, Purpose.INFO, Purpose.ACKNOWLEDGED, Purpose.RESOLVED}),
    Purpose.NOTICE: frozenset(),
    Purpose.TEST: frozenset(),
}
"""Newer purpose → older ones of the same chain that need not be sent any more."""


def is_routine(delivery: Delivery, state: DeliveryState) -> bool:
    """A notice that somebody has got is no news where it was sent from: that says to whom it goes. Who got it by which
    way is in the deliveries."""
    return state is DeliveryState.SENT and delivery.purpose is Purpose.NOTICE and delivery.user_id is not None


class TryAgain(msgspec.Struct, frozen=True):
    at: datetime


class GiveUp(msgspec.Struct, frozen=True):
    """No further try."""


def decide_ways(
    notification: Notification, contacts: Sequence[Contact], rules: Sequence[NotificationRule], email: str | None
) -> list[Way]:
    """By which ways one person is told, soonest first; empty when there is none.

    `contacts` are the enabled ones, of which those that nobody has confirmed are told only what is meant for them alone
    (SEC-9). `email` is the account's own address (`with_account_email`). Without rules for the urgency: e-mail at
    once; a person without e-mail is told by all there is. A rule that names what the person has not (a device that
    was not added yet), or what is broken, is a way that failed: what comes after it does not wait for it (PAG-7). By
    what is broken nothing is sent, unless it is asked for by name: that is how it is mended. A phone rings
    for what must be acted on, and for nothing else.
    """
    if notification.contact_id is not None:
        return [Way(c, AT_ONCE) for c in contacts if c.id == notification.contact_id]
    ways = [c for c in with_account_email(contacts, notification.user_id, email) if c.broken_at is None]
    if notification.purpose not in WORTH_A_CALL:
        ways = [contact for contact in ways if contact.kind != CALL]
    if notification.is_warning:
        return [Way(contact, AT_ONCE) for contact in ways if contact.id not in notification.but_contacts]
    if notification.channels is not None:
        return [Way(c, AT_ONCE) for kind in notification.channels for c in ways if c.kind == kind]
    urgency = Urgency.HIGH if notification.is_top_level else notification.urgency
    wanted = of_urgency(rules, urgency)
    chosen = [Way(c, rule.delay) for rule in wanted for c in ways if c.kind == rule.kind]
    if not chosen:
        return [Way(c, AT_ONCE) for c in ways if c.kind == "email"] or [Way(c, AT_ONCE) for c in ways]
    meant, soonest = min(rule.delay for rule in wanted), min(way.delay for way in chosen)
    moved = (Way(way.contact, meant if way.delay == soonest else way.delay) for way in chosen)
    return sorted(moved, key=lambda way: way.delay)


def with_account_email(contacts: Sequence[Contact], user_id: int | None, email: str | None) -> list[Contact]:
    """The contacts that may be told anything: those that are confirmed, and the account's own address."""
    confirmed = [contact for contact in contacts if contact.is_confirmed]
    return [*confirmed, *account_email(confirmed, user_id, email)]


def account_email(contacts: Sequence[Contact], user_id: int | None, email: str | None) -> list[Contact]:
    """The account's own address serves as an e-mail contact, unless a file gives others that work; what the person
    adds by themselves stands beside it. A contact with that very address stands for it, broken or not."""
    mails = [contact for contact in contacts if contact.kind == "email" and contact.is_confirmed]
    if not email or any((mail.is_attested and mail.broken_at is None) or mail.address == email for mail in mails):
        return []
    return [Contact(id=None, user_id=user_id, kind="email", address=email)]


def check_addition(contacts: Sequence[Contact], draft: ContactDraft) -> None:
    """Raises Refused for a contact that the person has, unless it still waits for its code, and for one too many."""
    same = next((each for each in contacts if (each.kind, each.address) == (draft.kind, draft.address)), None)
    if same is not None and same.is_confirmed:
        raise Refused("This contact is there already.", "Send a test message by it to see whether it works.")
    if same is None and len(contacts) >= MOST_CONTACTS:
        raise Refused(f"Nobody has more than {MOST_CONTACTS} contacts.", "Remove one that you do not look at.")


def check_removal(contact: Contact, contacts: Sequence[Contact]) -> None:
    """Raises Refused for what is not the person's to remove, and for the last one that is known to work."""
    if not contact.is_own:
        remedy = (
            "Change your address instead." if contact.managed_by is None else "Change contacts: there, and apply it."
        )
        raise Refused(f"This contact is managed by {contact.managed_by or 'the account'}.", remedy)
    if [each for each in contacts if each.proven_at is not None] == [contact]:
        raise Refused(
            "This is the only contact that is known to work.",
            "Prove another one first: enter its code, or send a test message by it and follow its link.",
        )


def rules_without(
    contact: Contact, contacts: Sequence[Contact], rules: Sequence[NotificationRule]
) -> list[NotificationRule]:
    """The rules that still reach somebody when this contact is gone."""
    others = {each.kind for each in contacts if each.id != contact.id and each.is_confirmed}
    return [rule for rule in rules if rule.kind != contact.kind or rule.kind in others]


def check_rules(
    wanted: Sequence[NotificationRule], contacts: Sequence[Contact], before: Sequence[NotificationRule] = ()
) -> None:
    """Raises Invalid for a rule that would reach nobody, or nobody in time; its field is such as "high.0.kind".

    An urgency whose rules stay as they were `before` is not looked at: what has become wrong with them by itself, as
    when the last contact of a kind went, holds up no change of the other.
    """
    kinds = list(dict.fromkeys(contact.kind for contact in contacts))
    for urgency in Urgency:
        steps = of_urgency(wanted, urgency)
        if steps == of_urgency(before, urgency):
            continue
        for place, rule in enumerate(steps):
            if rule.kind not in kinds:
                remedy = f"Use one of {', '.join(kinds)}." if kinds else "Ask an administrator for a contact."
                what = f"The rules for {urgency} urgency name {rule.kind!r}, and no confirmed contact is of that kind."
                raise Invalid(what, remedy, field=f"{urgency}.{place}.kind")
            if not AT_ONCE <= rule.delay <= LONGEST_DELAY:
                hours = LONGEST_DELAY // timedelta(hours=1)
                raise Invalid(
                    f"The rules for {urgency} urgency let {rule.kind} wait too long.",
                    f"Wait {hours} h at most.",
                    field=f"{urgency}.{place}.after",
                )


def of_urgency(rules: Sequence[NotificationRule], urgency: Urgency) -> list[NotificationRule]:
    return [rule for rule in rules if rule.urgency is urgency]


def is_brought_to_nobody(call: Delivery, others: Sequence[Delivery]) -> bool:
    """Whether its provider still brings it, and neither it nor what travels in it is wanted any more."""
    return call.state is DeliveryState.TAKEN and all(each.superseded is not None for each in (call, *others))


def after_failure(delivery: Delivery, failure: SendFailed, now: datetime, draw: float) -> TryAgain | GiveUp:
    """`delivery.attempts` counts the try that failed; `draw` in [0, 1) spreads the retries of many."""
    retry = RETRIES[failure.reason]
    wait = retry.next(delivery.attempts, draw=draw) if retry else None
    if wait is None or delivery.superseded is not None:
        return GiveUp()
    at = now + wait
    if failure.retry_after is not None:
        longest = LONGEST_WAIT[delivery.urgency]
        at = now + min(max(failure.retry_after - now, SHORTEST_WAIT), longest)
    return GiveUp() if is_too_old(delivery, at) else TryAgain(at)


def is_too_old(delivery: Delivery, at: datetime) -> bool:
    return at > delivery.requested_at + GIVE_UP_AFTER[delivery.urgency]


def next_way(delivery: Delivery, siblings: Sequence[Delivery], now: datetime) -> Delivery | None:
    """The delivery of the same notification that is brought forward when this one fails (PAG-7): the next that waits
    for its time. None when the person has been reached already or nothing waits.
    """
    others = [sibling for sibling in siblings if sibling.id != delivery.id]
    if any(other.state is DeliveryState.SENT for other in others):
        return None
    waiting = [s for s in others if s.state is DeliveryState.WAITING and s.due_at > now and s.attempts == 0]
    return min(waiting, key=lambda s: s.position, default=None)


def is_last(delivery: Delivery, siblings: Sequence[Delivery]) -> bool:
    """Whether nothing but this one of its notification was sent or may still be, or arrive."""
    alive = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.TAKEN, DeliveryState.SENT)
    return not any(sibling.state in alive for sibling in siblings if sibling.id != delivery.id)
