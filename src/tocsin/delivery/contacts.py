"""Use cases about contacts, notification rules and quiet hours: who can be reached how, when, and whether it works
(PAG-3). How a person adds a contact is in `confirming`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from tocsin.accounts.model import User
from tocsin.accounts.service import audit
from tocsin.delivery import contact_store, proofs, rules, service, store, warning_rules
from tocsin.delivery.model import (
    Contact,
    ContactDraft,
    DeliveryId,
    Habit,
    MessageView,
    Notification,
    NotificationRule,
    Purpose,
    QuietHours,
    Told,
    Ways,
    topic_of_tests,
)
from tocsin.delivery.proof_rules import ANSWER_WITHIN
from tocsin.delivery.quiet import check_quiet
from tocsin.delivery.warning import warn
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.kernel.tx import Tx

WEBHOOK = "webhook"

TEST_EVERY = timedelta(seconds=30)
"""A test button is pressed again when nothing comes; the peer need not bear it."""


async def replace_contacts(
    tx: Tx,
    user_id: int,
    drafts: Sequence[ContactDraft],
    notification_rules: Sequence[NotificationRule],
    managed_by: str | None,
    quiet: QuietHours | None = None,
) -> None:
    """Makes these the contacts that are attested. One that stays keeps its id, its proof and its secret; one that goes
    is disabled, and what was on its way by it still goes out; what the person added stays theirs.

    Rules and quiet hours become these where there are any; where there are none, the person keeps what they chose, and
    only what a file gave before goes.
    """
    await contact_store.disable_contacts_except(tx.conn, user_id, drafts, tx.now)
    await contact_store.upsert_contacts(tx.conn, user_id, drafts, managed_by, tx.now)
    is_said = bool(notification_rules) or quiet is not None
    if is_said or (await contact_store.get_told(tx.conn, user_id)).habit.managed_by is not None:
        await contact_store.delete_rules(tx.conn, user_id)
        await contact_store.insert_rules(tx.conn, user_id, notification_rules)
        habit = Habit(managed_by=managed_by if is_said else None, quiet=quiet)
        await contact_store.upsert_habit(tx.conn, user_id, habit)


async def ways_of(conn: Conn, user: User) -> Ways:
    """How this person is reached: contacts in their order, those of a file first, the account's own address last.
    `proven_at` of each is its last answer.
    """
    told = await contact_store.get_told(conn, user.id)
    ways = [*told.contacts, *proofs.account_way(told.contacts, user)]
    topics = [topic_of_tests(contact) for contact in ways]
    tests = await store.list_latest_of_topics(conn, topics)
    records = await proofs.list_of_ways(conn, user.id, ways)
    return Ways(
        contacts=tuple(replace(way, proven_at=kept.answered_at) for way, kept in zip(ways, records, strict=True)),
        rules=told.rules,
        habit=told.habit,
        tests={test.topic: test for test in tests},
        proofs=dict(zip(topics, records, strict=True)),
    )


async def replace_rules(tx: Tx, user: User, wanted: Sequence[NotificationRule], by: str, *, client: str = "") -> None:
    """Makes these the person's rules, and says so to them by every way. `client`: the address that `by` comes from.
    Raises Refused when a file gives them, Invalid for what cannot be.
    """
    before = (await contact_store.get_told(tx.conn, user.id)).rules
    await write_rules(tx, user, wanted, by, client)
    if tuple(wanted) != before:
        await warn(tx, user, warning_rules.rules_changed(wanted), by, client)


async def write_rules(tx: Tx, user: User, wanted: Sequence[NotificationRule], by: str, client: str) -> None:
    """The same for what goes with a change that the person is warned of already."""
    ways = await ways_of(tx.conn, user)
    _check_habit_is_own(user, ways)
    rules.check_rules(wanted, [contact for contact in ways.contacts if contact.is_confirmed], ways.rules)
    await contact_store.delete_rules(tx.conn, user.id)
    await contact_store.insert_rules(tx.conn, user.id, wanted)
    await audit(tx, by, "changed the notification rules of", f"@{user.name}", client=client)


async def set_quiet_hours(tx: Tx, user: User, quiet: QuietHours | None, by: str, *, client: str = "") -> None:
    """When the person is told nothing of low urgency; None: never. That it changed is told by every way. Raises Refused
    when a file says it, Invalid for what are no quiet hours (`check_quiet`)."""
    ways = await ways_of(tx.conn, user)
    _check_habit_is_own(user, ways)
    if quiet is not None:
        check_quiet(quiet)
    await contact_store.upsert_habit(tx.conn, user.id, Habit(quiet=quiet))
    if quiet != ways.habit.quiet:
        await warn(tx, user, warning_rules.quiet_changed(quiet), by, client)
    did = "set the quiet hours of" if quiet else "ended the quiet hours of"
    await audit(tx, by, did, f"@{user.name}", client=client)


def _check_habit_is_own(user: User, ways: Ways) -> None:
    if ways.habit.managed_by is not None:
        raise Refused(
            f"Notification rules and quiet hours of {user.name} are managed by {ways.habit.managed_by}.",
            "Change notify: there, and apply it.",
        )


async def remove_contact(tx: Tx, user: User, contact_id: int | None, by: str, *, client: str = "") -> None:
    """Takes away what the person added, and the rules that would reach nobody then; the ways that stay say so. Raises
    NotFound, and Refused for what a file or the account gives, and for the last one that is proven.
    """
    ways = await ways_of(tx.conn, user)
    contact = _get(ways, user, contact_id)
    rules.check_removal(contact, ways.contacts)
    assert contact.id is not None
    await contact_store.disable_contact(tx.conn, contact.id, tx.now)
    kept = rules.rules_without(contact, ways.contacts, ways.rules)
    if ways.habit.managed_by is None and len(kept) < len(ways.rules):
        await contact_store.delete_rules(tx.conn, user.id)
        await contact_store.insert_rules(tx.conn, user.id, kept)
    await warn(tx, user, warning_rules.removed(contact), by, client)
    await audit(tx, by, f"removed a contact by {contact.kind} of", f"@{user.name}", client=client)


async def reorder(tx: Tx, user: User, contact_ids: Sequence[int], by: str) -> None:
    """The order in which those that the person added are told; those of a file come before them in the file's order.
    Raises Invalid unless these are exactly the ones.
    """
    own = [each.id for each in (await ways_of(tx.conn, user)).contacts if each.is_own]
    if sorted(contact_ids) != sorted(one for one in own if one is not None):
        raise Invalid(
            "An order names each contact that you added once, and no other.",
            "tocsin contact list shows them; those of a file keep its order.",
            field="order",
        )
    await contact_store.update_positions(tx.conn, contact_ids)
    await audit(tx, by, "changed the order of the contacts of", f"@{user.name}")


async def send_test(tx: Tx, user: User, contact_id: int | None, by: str) -> DeliveryId:
    """A test message by one contact, None: the account's own address. Whoever follows its link proves the contact.

    Raises NotFound, and Refused when one was sent a moment ago, or when the contact is not confirmed yet.
    """
    ways = await ways_of(tx.conn, user)
    contact = _get(ways, user, contact_id)
    if not contact.is_confirmed:
        raise Refused("This contact waits for its code.", "Enter the code first: tocsin contact verify.")
    before = ways.tests.get(topic_of_tests(contact))
    if before is not None and before.requested_at > tx.now - TEST_EVERY:
        seconds = TEST_EVERY.total_seconds()
        raise Refused("A test message was sent by this contact a moment ago.", f"Try again in {seconds:.0f} seconds.")
    sent = await ask(tx, user, contact, what_is_asked(by), tx.now + ANSWER_WITHIN)
    await audit(tx, by, f"sent a test message by {contact.kind} to", f"@{user.name}")
    return sent


async def ask(tx: Tx, user: User, contact: Contact, what: str, answer_by: datetime) -> DeliveryId:
    """A test message that says `what`, by one contact; unless it is answered in time, the contact is unproven."""
    (sent,) = await service.notify(tx, _test_message(user, contact, what))
    await proofs.note_asked(tx, contact, answer_by)
    return sent


def what_is_asked(by: str) -> str:
    return f"{by} wants to know whether messages arrive here. Answer it, then this contact counts as proven."


async def show_webhook(tx: Tx, user: User, contact_id: int | None, by: str) -> Contact:
    """The webhook whose signing secret is about to be shown; the audit log says to whom. Raises NotFound, and Refused
    for a contact of another kind.
    """
    contact = _get(await ways_of(tx.conn, user), user, contact_id)
    if contact.kind != WEBHOOK:
        raise Refused(f"A message by {contact.kind} is not signed.", "Only a webhook has a signing secret.")
    await audit(tx, by, "was shown the signing secret of a webhook of", f"@{user.name}")
    return contact


def _get(ways: Ways, user: User, contact_id: int | None) -> Contact:
    contact = next((each for each in ways.contacts if each.id == contact_id), None)
    if contact is None:
        raise NotFound(f"{user.name} has no such contact.", "tocsin contact list shows them with their numbers.")
    return contact


def _test_message(user: User, contact: Contact, what: str) -> Notification:
    return Notification(
        user_id=user.id,
        topic=topic_of_tests(contact),
        purpose=Purpose.TEST,
        message=MessageView(
            title=f"Test message for {user.name}",
            what=what,
            url="/me/notifications",
            can_acknowledge=True,
        ),
        contact_id=contact.id,
        channels=None if contact.id is not None else (contact.kind,),
    )


async def read_told(conn: Conn, user_id: int) -> Told:
    """All that decides by which ways the person is told."""
    return await contact_store.get_told(conn, user_id)


async def list_contacts(conn: Conn, user_id: int) -> list[Contact]:
    """The enabled ones in their order, with their full addresses: for their owner and administrators."""
    return await contact_store.list_contacts(conn, user_id)


async def list_rules(conn: Conn, user_id: int) -> list[NotificationRule]:
    return await contact_store.list_rules(conn, user_id)


async def list_all_contacts(conn: Conn) -> list[Contact]:
    """The enabled ones of everybody."""
    return await contact_store.list_all_contacts(conn)


async def list_all_rules(conn: Conn) -> dict[int, list[NotificationRule]]:
    """Everybody's rules in their order, by the user's id."""
    found: dict[int, list[NotificationRule]] = {}
    for user_id, rule in await contact_store.list_all_rules(conn):
        found.setdefault(user_id, []).append(rule)
    return found


async def list_rules_of(conn: Conn, user_ids: Sequence[int]) -> dict[int, list[NotificationRule]]:
    """Those of these people in their order, by the user's id."""
    found: dict[int, list[NotificationRule]] = {}
    for user_id, rule in await contact_store.list_rules_of(conn, user_ids):
        found.setdefault(user_id, []).append(rule)
    return found


async def list_all_habits(conn: Conn) -> dict[int, Habit]:
    """Of everybody who has one, by the user's id."""
    return dict(await contact_store.list_all_habits(conn))
