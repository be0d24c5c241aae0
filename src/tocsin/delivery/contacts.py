"""Use cases about contacts and notification rules: who can be reached how, and whether it works (PAG-3)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tocsin.accounts.model import User
from tocsin.accounts.service import audit
from tocsin.delivery import contact_store, proofs, rules, service, store
from tocsin.delivery.model import (
    Contact,
    ContactDraft,
    DeliveryId,
    MessageView,
    Notification,
    NotificationRule,
    Purpose,
    Ways,
    topic_of_tests,
)
from tocsin.delivery.proof_rules import ANSWER_WITHIN
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound, Refused
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
) -> None:
    """Makes these the person's contacts and rules. A contact that stays keeps its id, its proof and its secret; one
    that goes is disabled, and what was on its way by it still goes out.
    """
    await contact_store.disable_contacts_except(tx.conn, user_id, drafts, tx.now)
    await contact_store.upsert_contacts(tx.conn, user_id, drafts, managed_by, tx.now)
    await contact_store.delete_rules(tx.conn, user_id)
    await contact_store.insert_rules(tx.conn, user_id, notification_rules)


async def ways_of(conn: Conn, user: User) -> Ways:
    """How this person is reached, oldest contact first."""
    contacts, notification_rules = await contact_store.list_contacts_and_rules(conn, user.id)
    ways = rules.with_account_email(contacts, user.id, user.email)
    tests = await store.list_latest_of_topics(conn, [topic_of_tests(contact) for contact in ways])
    return Ways(contacts=tuple(ways), rules=tuple(notification_rules), tests={test.topic: test for test in tests})


async def replace_rules(tx: Tx, user: User, wanted: Sequence[NotificationRule], by: str) -> None:
    """Makes these the person's rules. Raises Refused when a file manages the person, Invalid for what cannot be."""
    if user.managed_by is not None:
        raise Refused(
            f"The notification rules of {user.name} are managed by {user.managed_by}.",
            "Change notify: there, and apply it.",
        )
    rules.check_rules(wanted, (await ways_of(tx.conn, user)).contacts)
    await contact_store.delete_rules(tx.conn, user.id)
    await contact_store.insert_rules(tx.conn, user.id, wanted)
    await audit(tx, by, "changed the notification rules of", f"@{user.name}")


async def send_test(tx: Tx, user: User, contact_id: int | None, by: str) -> DeliveryId:
    """A test message by one contact, None: the account's own address. Whoever follows its link proves the contact.

    Raises NotFound, and Refused when one was sent a moment ago.
    """
    ways = await ways_of(tx.conn, user)
    contact = _get(ways, user, contact_id)
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
        raise NotFound(f"{user.name} has no such contact.", "tocsin contacts lists them with their numbers.")
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


async def list_contacts(conn: Conn, user_id: int) -> list[Contact]:
    """The enabled ones, oldest first, with their full addresses: for their owner and administrators."""
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


async def list_unproven(conn: Conn) -> list[Contact]:
    """Contacts that nobody has ever answered by (PAG-3)."""
    return [contact for contact in await contact_store.list_all_contacts(conn) if contact.proven_at is None]
