"""What is said, and by which ways, when how a person is reached has changed (PAG-3, SEC-9)."""

from datetime import UTC, datetime, time, timedelta

import msgspec
import pytest

from tocsin.delivery.model import (
    Contact,
    Habit,
    MessageView,
    Notification,
    NotificationRule,
    Purpose,
    QuietHours,
    Told,
    Urgency,
)
from tocsin.delivery.quiet import decide_quiet
from tocsin.delivery.rules import AT_ONCE, decide_ways
from tocsin.delivery.warning_rules import (
    Change,
    Reached,
    added,
    changed_by_file,
    confirmed,
    has_to_write,
    letter_to_old_address,
    moved_from,
    quiet_changed,
    removed,
    rules_changed,
    warning,
)

NOW = datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC)
MAIL = Contact(id=1, user_id=5, kind="email", address="alice@private.example", added_by="@alice", verified_at=NOW)
HOOK = Contact(id=2, user_id=5, kind="webhook", address="https://hooks.example.com/secret/path", managed_by="t.yaml")
PHONE = Contact(id=3, user_id=5, kind="sms", address="+4915112345678", added_by="@alice")
NTFY = Contact(id=4, user_id=5, kind="ntfy", address="https://ntfy.example.com/a", added_by="@alice", verified_at=NOW)
CALL = Contact(id=6, user_id=5, kind="voice", address="+4930123456", managed_by="t.yaml")
NIGHT = QuietHours(days=(0, 1, 2, 3, 4), begin=time(22), to=time(7), time_zone="UTC")
RULES = (
    NotificationRule(Urgency.HIGH, "sms", AT_ONCE),
    NotificationRule(Urgency.HIGH, "email", timedelta(minutes=5)),
)


def about(*contacts: int) -> Notification:
    return Notification(
        user_id=5,
        topic="user/5",
        purpose=Purpose.NOTICE,
        urgency=Urgency.LOW,
        message=MessageView(title="x"),
        is_warning=True,
        but_contacts=contacts,
    )


def warned(notification: Notification, *contacts: Contact) -> list[str]:
    ways = decide_ways(notification, contacts, RULES, "alice@example.com")
    assert {way.delay for way in ways} <= {AT_ONCE}
    return [way.contact.address for way in ways]


def test_every_other_way_is_used_whatever_the_rules_say() -> None:
    assert warned(about(4), MAIL, HOOK, NTFY) == [MAIL.address, HOOK.address, "alice@example.com"]
    assert warned(about(), MAIL, HOOK) == [MAIL.address, HOOK.address, "alice@example.com"]


def test_nothing_is_said_by_what_is_unconfirmed_or_broken_and_no_phone_rings() -> None:
    broken = msgspec.structs.replace(NTFY, broken_at=NOW)
    assert warned(about(), PHONE, broken, CALL) == ["alice@example.com"]


def test_quiet_hours_do_not_hold_it_back() -> None:
    night = datetime(2026, 11, 20, 3, tzinfo=UTC)
    usual = msgspec.structs.replace(about(), is_warning=False)
    assert decide_quiet(usual, NIGHT, "UTC", night) is not None
    assert decide_quiet(about(), NIGHT, "UTC", night) is None


@pytest.mark.parametrize(
    ("change", "title", "then", "contacts"),
    [
        (added(PHONE), "sms +49…678 was added", "Nothing is sent to it before its code is entered.", (3,)),
        (added(NTFY), "ntfy ntfy.example.com was added", "You are told by it from now on.", (4,)),
        (confirmed(MAIL), "email alice@private.example was confirmed", "You are told by it from now on.", (1,)),
        (removed(HOOK), "webhook hooks.example.com was removed", "Nothing is sent to it any more.", (2,)),
        (
            rules_changed(RULES),
            "your notification rules were changed",
            "High urgency: sms at once, email after 5m; low urgency: as without rules.",
            (),
        ),
        (quiet_changed(NIGHT), "your quiet hours were set", "Low urgency waits from 22:00 to 07:00, mon-fri.", ()),
        (quiet_changed(None), "your quiet hours were ended", "Low urgency does not wait any more.", ()),
    ],
)
def test_each_change_says_what_follows_and_no_secret(
    change: Change, title: str, then: str, contacts: tuple[int, ...]
) -> None:
    assert (change.title, change.then, change.contacts) == (title, then, contacts)


def test_it_says_who_when_from_where_and_what_to_do() -> None:
    said = warning(removed(MAIL), "@mallory", "203.0.113.7", NOW)
    assert said.title == "How you are reached: email alice@private.example was removed"
    assert said.what.startswith("@mallory did this at 03:04 UTC, from 203.0.113.7. Nothing is sent to it any more. ")
    assert "end the sessions that are not yours (tocsin:/me)" in said.what
    assert "@mallory did this at 03:04 UTC. " in warning(removed(MAIL), "@mallory", "", NOW).what


def test_a_file_is_summed_up_in_one() -> None:
    before = Reached("alice@example.com", Told(contacts=(MAIL, HOOK), rules=RULES))
    after = Reached("alice@new.example", Told(contacts=(MAIL, CALL), rules=RULES[:1], habit=Habit(quiet=NIGHT)))
    change = changed_by_file(before, after, "t.yaml", "@root")
    assert change is not None
    assert change.title == (
        "the address of your account was changed from alice@example.com to alice@new.example, "
        "voice +49…456 was added, webhook hooks.example.com was removed, your notification rules were changed, "
        "your quiet hours were changed"
    )
    assert change.contacts == (6, 2)
    assert "sessions" not in warning(change, "@root", "", NOW).what
    assert "ask @root to correct it there" in warning(change, "@root", "", NOW).what


def test_a_file_that_changes_nothing_or_gives_the_first_contacts_warns_nobody() -> None:
    told = Told(contacts=(MAIL, HOOK), rules=RULES)
    reached = Reached("alice@example.com", told)
    assert changed_by_file(reached, Reached("Alice@Example.com", told), "t.yaml", "@root") is None
    assert changed_by_file(Reached(None, Told()), reached, "t.yaml", "@root") is None


@pytest.mark.parametrize(
    ("new", "title", "goes"),
    [
        ("a@new.example", "was changed from alice@example.com to a@new.example", "go to a@new.example from now on"),
        (None, "your account, alice@example.com, was removed", "are not sent to any address of the account any more"),
    ],
)
def test_the_address_that_was_the_accounts_hears_where_messages_go(new: str | None, title: str, goes: str) -> None:
    change = changed_by_file(Reached("alice@example.com", Told()), Reached(new, Told()), "t.yaml", "@root")
    assert change is not None
    assert change.moved is not None
    assert title in change.title
    assert has_to_write(change.moved, Told())
    letter = letter_to_old_address("alice", change.moved, "@root", "203.0.113.7", NOW)
    assert letter.what.startswith(f"@root did this at 03:04 UTC, from 203.0.113.7. Messages for alice {goes}; nothing")
    assert "tell an administrator at once, sign in" in letter.what


def test_an_address_that_stays_a_contact_or_never_was_needs_no_letter() -> None:
    moved = moved_from("Alice@private.example", "a@new.example")
    assert moved is not None
    assert not has_to_write(moved, Told(contacts=(MAIL,)))
    assert not has_to_write(moved_from(None, "a@new.example"), Told())
    assert not has_to_write(None, Told())
