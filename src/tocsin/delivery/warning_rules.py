"""What a person is told when how they are reached has changed: each change in a sentence (PAG-3, SEC-9). Pure.

Whoever holds a stolen session could lead the pages of somebody else to a telephone of theirs; so nothing changes in
silence.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from tocsin.delivery.model import Contact, MessageView, NotificationRule, QuietHours, Told, Urgency
from tocsin.delivery.wording import BELOW, shown_address
from tocsin.kernel.durations import format_duration
from tocsin.kernel.week_words import days_text

PAGE = "/me/notifications"
_REMEDY = (
    "Nothing to do if that was you, or somebody whom you asked. If not: end the sessions that are not yours "
    f"({BELOW}me), take it back on My notifications, and tell an administrator at once."
)


class Change(msgspec.Struct, frozen=True):
    """`title` such as "sms +49…11 was removed", `then` the sentence of what follows from it, `remedy` what to do if it
    should not be. By `contacts`, which it is about, nothing is said of it."""

    title: str
    then: str
    contacts: tuple[int, ...] = ()
    remedy: str = _REMEDY


def added(contact: Contact) -> Change:
    if contact.is_confirmed:
        return Change(f"{_named(contact)} was added", "You are told by it from now on.", _ids((contact,)))
    return Change(f"{_named(contact)} was added", "Nothing is sent to it before its code is entered.", _ids((contact,)))


def confirmed(contact: Contact) -> Change:
    return Change(f"{_named(contact)} was confirmed", "You are told by it from now on.", _ids((contact,)))


def removed(contact: Contact) -> Change:
    return Change(f"{_named(contact)} was removed", "Nothing is sent to it any more.", _ids((contact,)))


def renewed(contact: Contact) -> Change:
    then = "Its browser has ended the old one; you are told by it as before."
    return Change(f"{_named(contact)} has a new subscription", then, _ids((contact,)))


def rules_changed(rules: Sequence[NotificationRule]) -> Change:
    return Change("your notification rules were changed", f"{_rule_words(rules)}.")


def quiet_changed(quiet: QuietHours | None) -> Change:
    if quiet is None:
        return Change("your quiet hours were ended", "Low urgency does not wait any more.")
    hours = f"{quiet.begin:%H:%M} to {quiet.to:%H:%M}, {days_text(quiet.days)}"
    return Change("your quiet hours were set", f"Low urgency waits from {hours}.")


def changed_by_file(before: Told, after: Told, file: str, by: str) -> Change | None:
    """All that one file has changed, in one; None for nothing, and for a person who could not be told of it before."""
    came = [each for each in after.contacts if each.id not in _ids(before.contacts)]
    went = [each for each in before.contacts if each.id not in _ids(after.contacts)]
    what = [f"{_named(each)} was added" for each in came] + [f"{_named(each)} was removed" for each in went]
    if before.rules != after.rules:
        what.append("your notification rules were changed")
    if before.habit.quiet != after.habit.quiet:
        what.append("your quiet hours were changed")
    if not what or not before.contacts:
        return None
    remedy = f"If you are not reached by this, ask {by} to correct it there."
    return Change(", ".join(what), f"It stands in {file}.", _ids((*came, *went)), remedy)


def warning(change: Change, by: str, client: str, now: datetime) -> MessageView:
    """`client`: the address that it came from; empty where none is known."""
    where = f", from {client}" if client else ""
    return MessageView(
        title=f"How you are reached: {change.title}",
        what=f"{by} did this at {now:%H:%M} UTC{where}. {change.then} {change.remedy}",
        url=PAGE,
        event="contact.changed",
    )


def _named(contact: Contact) -> str:
    return f"{contact.kind} {shown_address(contact.kind, contact.address)}"


def _ids(contacts: Iterable[Contact]) -> tuple[int, ...]:
    return tuple(contact.id for contact in contacts if contact.id is not None)


def _rule_words(rules: Sequence[NotificationRule]) -> str:
    """ "High urgency: sms at once, voice after 3m; low urgency: as without rules"."""
    of = {urgency: [_step_words(rule) for rule in rules if rule.urgency is urgency] for urgency in Urgency}
    said = "; ".join(f"{urgency} urgency: {', '.join(steps) or 'as without rules'}" for urgency, steps in of.items())
    return said[:1].upper() + said[1:]


def _step_words(rule: NotificationRule) -> str:
    return f"{rule.kind} after {format_duration(rule.delay)}" if rule.delay else f"{rule.kind} at once"
