"""What a person is told when how they are reached has changed: each change in a sentence (PAG-3, SEC-9). Pure.

Whoever holds a stolen session could lead the pages of somebody else to a telephone of theirs; so nothing changes in
silence.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from tocsin.delivery.model import Contact, MessageView, NotificationRule, QuietHours, Told, Urgency
from tocsin.delivery.rules import of_urgency
from tocsin.delivery.sealing import EMAIL
from tocsin.delivery.wording import BELOW, shown_address
from tocsin.kernel.durations import format_duration
from tocsin.kernel.week_words import days_text

PAGE = "/me/notifications"
_REMEDY = (
    "Nothing to do if that was you, or somebody whom you asked. If not: end the sessions that are not yours "
    f"({BELOW}me), take it back on My notifications, and tell an administrator at once."
)


class Reached(msgspec.Struct, frozen=True):
    """How a person is reached at one instant: the account's own address, and all else that decides by which ways."""

    email: str | None
    told: Told


class Moved(msgspec.Struct, frozen=True):
    """The account's own address: from where to where."""

    old: str | None
    new: str | None


class Change(msgspec.Struct, frozen=True):
    """`title` such as "sms +49…11 was removed", `then` the sentence of what follows from it, `remedy` what to do if it
    should not be. By `contacts`, which it is about, nothing is said of it. `moved`: the account has another address."""

    title: str
    then: str
    contacts: tuple[int, ...] = ()
    remedy: str = _REMEDY
    moved: Moved | None = None


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


def changed_by_file(before: Reached, after: Reached, file: str, by: str) -> Change | None:
    """All that one file has changed, in one; None for nothing, and for a person who could not be told of it before."""
    was, is_ = before.told, after.told
    came = [each for each in is_.contacts if each.id not in _ids(was.contacts)]
    went = [each for each in was.contacts if each.id not in _ids(is_.contacts)]
    moved = moved_from(before.email, after.email)
    what = [_move_words(moved)] if moved is not None else []
    what += [f"{_named(each)} was added" for each in came] + [f"{_named(each)} was removed" for each in went]
    if was.rules != is_.rules:
        what.append("your notification rules were changed")
    if was.habit.quiet != is_.habit.quiet:
        what.append("your quiet hours were changed")
    if not what or not (was.contacts or before.email):
        return None
    remedy = f"If you are not reached by this, ask {by} to correct it there."
    return Change(", ".join(what), f"It stands in {file}.", _ids((*came, *went)), remedy, moved)


def moved_from(old: str | None, new: str | None) -> Moved | None:
    """None: it is the same address, however its letters are written."""
    return None if (old or "").lower() == (new or "").lower() else Moved(old or None, new or None)


def has_to_write(moved: Moved | None, told: Told) -> bool:
    """Whether the account's old address hears of it by a letter of its own: it does as a contact where it is one."""
    if moved is None or moved.old is None:
        return False
    old = moved.old.lower()
    return not any(each.kind == EMAIL and each.address.lower() == old for each in told.contacts if each.is_confirmed)


def warning(change: Change, by: str, client: str, now: datetime) -> MessageView:
    """`client`: the address that it came from; empty where none is known."""
    where = f", from {client}" if client else ""
    return MessageView(
        title=f"How you are reached: {change.title}",
        what=f"{by} did this at {now:%H:%M} UTC{where}. {change.then} {change.remedy}",
        url=PAGE,
        event="contact.changed",
    )


def letter_to_old_address(name: str, moved: Moved, by: str, client: str, now: datetime) -> MessageView:
    """What the address says last that was the account's of `name` (SEC-9)."""
    where = f", from {client}" if client else ""
    goes = f"go to {moved.new} from now on" if moved.new else "are not sent to any address of the account any more"
    return MessageView(
        title=f"This is no longer the address of {name} at Tocsin",
        what=f"{by} did this at {now:%H:%M} UTC{where}. Messages for {name} {goes}; nothing more is sent here. Nothing "
        "to do if you know of it. If not, pages may be led away from you: tell an administrator at once, sign in, and "
        "look at how you are reached under My notifications.",
        url=PAGE,
        event="contact.changed",
    )


def _move_words(moved: Moved) -> str:
    if moved.old is None:
        return f"the address of your account was set to {moved.new}"
    if moved.new is None:
        return f"the address of your account, {moved.old}, was removed"
    return f"the address of your account was changed from {moved.old} to {moved.new}"


def _named(contact: Contact) -> str:
    return f"{contact.kind} {shown_address(contact.kind, contact.address)}"


def _ids(contacts: Iterable[Contact]) -> tuple[int, ...]:
    return tuple(contact.id for contact in contacts if contact.id is not None)


def _rule_words(rules: Sequence[NotificationRule]) -> str:
    """ "High urgency: sms at once, voice after 3m; low urgency: as without rules"."""
    of = {urgency: [_step_words(rule) for rule in of_urgency(rules, urgency)] for urgency in Urgency}
    said = "; ".join(f"{urgency} urgency: {', '.join(steps) or 'as without rules'}" for urgency, steps in of.items())
    return said[:1].upper() + said[1:]


def _step_words(rule: NotificationRule) -> str:
    return f"{rule.kind} after {format_duration(rule.delay)}" if rule.delay else f"{rule.kind} at once"
