"""A contact of one's own: its code arrives by it and by nothing else, and only then is anything told by it (SEC-9)."""

import re
from datetime import timedelta

import pytest

from tests.channels.test_letters import LINKS, delivered
from tocsin.accounts.model import User, UserDraft
from tocsin.accounts.service import upsert_user
from tocsin.db.database import Database
from tocsin.delivery import codes, confirming, contacts, service
from tocsin.delivery.model import (
    Contact,
    ContactDraft,
    MessageView,
    Notification,
    NotificationRule,
    Purpose,
    Urgency,
)
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Invalid, NotFound, Refused, TooManyAttempts

PRIVATE = ContactDraft("email", "alice@private.example")
HOOK = ContactDraft("webhook", "https://hooks.example.com/alice")
BY = "@alice"


@pytest.fixture
async def alice(db: Database) -> User:
    return await person(db, "alice")


async def person(db: Database, name: str) -> User:
    async with db.transaction() as tx:
        return await upsert_user(tx, UserDraft(name, f"{name}@example.com"), managed_by=None, actor="tocsin")


async def add(db: Database, user: User, draft: ContactDraft = PRIVATE) -> int:
    async with db.transaction() as tx:
        contact = await confirming.add_contact(tx, user, draft, BY)
    assert contact.id is not None
    return contact.id


async def verify(db: Database, user: User, contact_id: int, code: str) -> Contact:
    return await confirming.verify(db, user, contact_id, code, BY, LINKS)


async def code_of(db: Database, contact_id: int) -> str:
    """What the last message gives."""
    async with db.connection() as conn:
        return LINKS.code((await service.list_deliveries(conn, f"contact-code/{contact_id}"))[-1].id)


async def told_by(db: Database, user: User) -> list[str]:
    """The addresses to which a page would go."""
    page = Notification(user_id=user.id, topic="incident/1", purpose=Purpose.PAGE, message=MessageView(title="x"))
    async with db.transaction() as tx:
        await service.notify(tx, page)
        return sorted(each.address for each in await service.list_deliveries(tx.conn, "incident/1"))


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


async def test_a_code_arrives_and_confirms_the_contact(db: Database, clock: VirtualClock, alice: User) -> None:
    added = await add(db, alice)
    assert await told_by(db, alice) == ["alice@example.com"]
    async with delivered(db, clock) as mailbox:
        mail = mailbox.inbox.take(lambda mail: mail.is_for("alice@private.example", ""))
        mailbox.inbox.forget()
    (code,) = re.findall(r"^Code: (\d{6})\b", mail.text, re.MULTILINE)
    assert mail.subject == f"{code} is your code for Tocsin"
    assert code in mail.html
    assert "tocsin contact verify" in mail.text
    assert "no page" not in mail.text
    confirmed = await verify(db, alice, added, f"{code[:3]} {code[3:]}")
    assert confirmed.verified_at == confirmed.proven_at == clock.now()
    async with db.transaction() as tx:
        await service.supersede(tx, "incident/1", list(Purpose), "once more")
    assert "alice@private.example" in await told_by(db, alice)


async def test_no_row_holds_the_code(db: Database, alice: User) -> None:
    code = await code_of(db, await add(db, alice))
    async with db.connection() as conn:
        for table in ("delivery", "job", "contact", "contact_code", "ledger"):
            cursor = await conn.execute(f"SELECT to_jsonb(r) - 'id' - 'at' FROM {table} r")  # type: ignore[arg-type]
            texts = [str(value) for row in await cursor.fetchall() for value in row[0].values()]
            assert not any(re.search(rf"(?<!\d){code}(?!\d)", text) for text in texts if len(text) < 4000), table


async def test_after_five_wrong_tries_the_right_code_works_no_more(db: Database, alice: User) -> None:
    added = await add(db, alice)
    code = await code_of(db, added)
    said: set[str] = set()
    for tried in [*[wrong(code)] * codes.MOST_TRIES, code]:
        with pytest.raises(Refused) as refused:
            await verify(db, alice, added, tried)
        said.add(refused.value.message + refused.value.remedy)
    assert len(said) == 1  # the same words whatever is wrong with it
    async with db.transaction() as tx:
        await confirming.resend_code(tx, alice, added, BY)
    with pytest.raises(Refused):
        await verify(db, alice, added, code)  # only the last one sent
    assert (await verify(db, alice, added, await code_of(db, added))).is_confirmed


async def test_a_code_is_too_old_after_ten_minutes(db: Database, clock: VirtualClock, alice: User) -> None:
    added = await add(db, alice)
    clock.advance(codes.LASTS)
    with pytest.raises(Refused):
        await verify(db, alice, added, await code_of(db, added))


async def test_what_is_no_code_is_no_try(db: Database, alice: User) -> None:
    added = await add(db, alice)
    for _ in range(codes.MOST_TRIES):
        with pytest.raises(Invalid):
            await verify(db, alice, added, "12345")
    assert (await verify(db, alice, added, await code_of(db, added))).is_confirmed


async def test_codes_are_sent_a_few_times_an_hour(db: Database, clock: VirtualClock, alice: User) -> None:
    added = await add(db, alice)
    for _ in range(codes.MOST_OF_PERSON - 1):
        clock.advance(timedelta(minutes=1))
        async with db.transaction() as tx:
            await confirming.resend_code(tx, alice, added, BY)
    with pytest.raises(TooManyAttempts):
        await add(db, alice, HOOK)
    bob = await person(db, "bob")
    with pytest.raises(TooManyAttempts):  # nobody fills alice's mailbox under other names
        await add(db, bob)
    await add(db, bob, HOOK)
    clock.advance(codes.SPAN)
    await add(db, alice, HOOK)


async def test_nobody_confirms_what_is_not_theirs(db: Database, alice: User) -> None:
    added = await add(db, alice)
    code = await code_of(db, added)
    bob = await person(db, "bob")
    with pytest.raises(NotFound):
        await verify(db, bob, added, code)
    async with db.transaction() as tx:
        with pytest.raises(NotFound):
            await confirming.resend_code(tx, bob, added, "@bob")
        with pytest.raises(NotFound):
            await contacts.remove_contact(tx, bob, added, "@bob")


async def test_the_same_contact_is_added_once(db: Database, alice: User) -> None:
    added = await add(db, alice)
    assert await add(db, alice) == added  # it waits: another code
    await verify(db, alice, added, await code_of(db, added))
    with pytest.raises(Refused, match="there already"):
        await add(db, alice)


async def test_what_was_removed_is_confirmed_anew(db: Database, alice: User) -> None:
    added = await add(db, alice)
    await verify(db, alice, added, await code_of(db, added))
    hook = await add(db, alice, HOOK)
    await verify(db, alice, hook, await code_of(db, hook))
    async with db.transaction() as tx:
        rules = [
            NotificationRule(Urgency.HIGH, "webhook", timedelta(0)),
            NotificationRule(Urgency.LOW, "email", timedelta(0)),
        ]
        await contacts.replace_rules(tx, alice, rules, BY)
        await contacts.remove_contact(tx, alice, hook, BY)
        assert await contacts.list_rules(tx.conn, alice.id) == rules[1:]
        with pytest.raises(Refused, match="only contact that is known to work"):
            await contacts.remove_contact(tx, alice, added, BY)
    assert await add(db, alice, HOOK) == hook
    assert "hooks.example.com" not in await told_by(db, alice)


async def test_an_order_names_each_of_ones_own(db: Database, alice: User) -> None:
    first, second = await add(db, alice), await add(db, alice, HOOK)
    async with db.transaction() as tx:
        for order in ([first], [first, second, second], [first, second, 999]):
            with pytest.raises(Invalid):
                await contacts.reorder(tx, alice, order, BY)
        await contacts.reorder(tx, alice, [second, first], BY)
        assert [each.id for each in await contacts.list_contacts(tx.conn, alice.id)] == [second, first]


async def test_a_file_keeps_what_a_person_added(db: Database, alice: User) -> None:
    added = await add(db, alice)
    async with db.transaction() as tx:
        await contacts.replace_contacts(tx, alice.id, [HOOK], [], "tocsin.yaml")
        listed = await contacts.list_contacts(tx.conn, alice.id)
        assert [(each.kind, each.is_attested) for each in listed] == [("webhook", True), ("email", False)]
        with pytest.raises(Refused, match=r"managed by tocsin\.yaml"):
            await contacts.remove_contact(tx, alice, listed[0].id, BY)
        await contacts.replace_contacts(tx, alice.id, [PRIVATE], [], "tocsin.yaml")  # the file attests it meanwhile
        (attested,) = await contacts.list_contacts(tx.conn, alice.id)
        assert (attested.id, attested.is_confirmed) == (added, True)
        await contacts.replace_contacts(tx, alice.id, [], [], "tocsin.yaml")
        (own,) = await contacts.list_contacts(tx.conn, alice.id)
        assert (own.id, own.is_confirmed, own.is_own) == (added, False, True)
