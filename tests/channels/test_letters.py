"""Letters that let somebody in (SEC-2): they arrive, their link works once, and no row holds it (SEC-3, SEC-6)."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from email.headerregistry import Address

from tests.channels.benches import MASTER
from tests.support.sinks import Mail, SmtpSink
from tests.support.stepper import stepping
from tocsin.accounts import passwords, people, sign_in
from tocsin.accounts.model import User, UserDraft
from tocsin.db.database import Database
from tocsin.delivery import entry
from tocsin.delivery.bulkheads import Bulkheads
from tocsin.delivery.contacts import replace_contacts
from tocsin.delivery.jobs import Outbox
from tocsin.delivery.keys import ack_links
from tocsin.delivery.model import ContactDraft
from tocsin.integrations.channels.email.compose import Identity
from tocsin.integrations.channels.email.send import EmailChannel
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.smtp import GuardedSmtp, parse_smtp_url

LINKS = ack_links(MASTER, "https://tocsin.example.com")
GRACE = UserDraft("grace", "grace@example.com", display_name="Grace Hopper")
SENDER = Identity(Address("Tocsin", addr_spec="tocsin@example.com"), "example.com", "a1b2c3d4")


@asynccontextmanager
async def delivered(db: Database, clock: VirtualClock) -> AsyncGenerator[SmtpSink]:
    """What was asked for before has arrived in the mailbox."""
    with SmtpSink() as mailbox:
        channel = EmailChannel(GuardedSmtp(parse_smtp_url(mailbox.url)), SENDER)
        async with stepping(db, clock, Outbox({"email": channel}, LINKS, Bulkheads()).kinds()) as worker:
            await worker.drain()
        yield mailbox


async def invited(db: Database) -> entry.Entry:
    async with db.transaction() as tx:
        return await entry.invite(tx, GRACE, "@root", LINKS)


async def lets_in(db: Database, secret: str) -> User | None:
    async with db.transaction() as tx:
        entered = await sign_in.redeem_one_time_link(tx, secret)
    return entered.session.user if entered.session else None


def secret_in(mail: Mail) -> str:
    """The same in both halves of the mail."""
    plain, html = (
        re.findall(r"https://tocsin\.example\.com/sign-in/([\w-]+)", half) for half in (mail.text, mail.html)
    )
    assert plain == html
    (secret,) = plain
    return secret


async def test_an_invitation_arrives_and_its_link_works_once(db: Database, clock: VirtualClock) -> None:
    made = await invited(db)
    async with delivered(db, clock) as mailbox:
        mail = mailbox.inbox.take(lambda mail: mail.is_for("grace@example.com", ""))
    assert mail.subject == "Grace Hopper, you are invited to Tocsin"
    assert "@root has made an account for you; you sign in as grace." in mail.text
    assert "opens for 7 days, and works once" in mail.text
    assert "page" not in mail.text  # the first mail of somebody who does not know what that is
    assert secret_in(mail) == made.secret
    user = await lets_in(db, made.secret)
    assert user is not None
    assert user.name == "grace"
    assert await lets_in(db, made.secret) is None


async def test_sent_again_only_the_last_letter_lets_in(db: Database, clock: VirtualClock) -> None:
    await invited(db)
    async with db.transaction() as tx:
        await entry.let_in_again(tx, "grace", "@root", LINKS)
    async with delivered(db, clock) as mailbox:
        first, second = (secret_in(mail) for mail in mailbox.mails)
        mailbox.inbox.forget()
    assert await lets_in(db, first) is None
    assert await lets_in(db, second) is not None


async def test_a_lost_password_goes_to_the_accounts_own_address_only(db: Database, clock: VirtualClock) -> None:
    made = await invited(db)
    user = await lets_in(db, made.secret)
    assert user is not None
    await passwords.set_password(db, user.id, "a bell over four quiet roofs")
    async with db.transaction() as tx:
        await replace_contacts(tx, user.id, [ContactDraft("email", "on-call-desk@example.com")], [], None)
        await entry.let_in_again(tx, "grace", "@root", LINKS)
    async with delivered(db, clock) as mailbox:
        letter = mailbox.find(text="choose a new password")
        mailbox.inbox.forget()
    assert letter is not None
    assert letter.receivers == ["grace@example.com"]
    assert "opens for 1 hour" in letter.text


async def test_no_row_holds_what_a_letter_says(db: Database) -> None:
    made = await invited(db)
    async with db.connection() as conn:
        for table in ("delivery", "job", "one_time_link", "ledger"):
            cursor = await conn.execute(f"SELECT to_jsonb(r)::text FROM {table} r")  # type: ignore[arg-type]
            assert made.secret not in "\n".join(row[0] for row in await cursor.fetchall()), table


async def test_without_mail_or_address_it_is_handed_over(db: Database) -> None:
    async with db.transaction() as tx:
        without_server = await entry.invite(tx, GRACE, "@root", None)
        without_address = await entry.invite(tx, UserDraft("nomail", None), "@root", LINKS)
        assert (without_server.mailed_to, without_address.mailed_to) == (None, None)
        assert (await people.get_person(tx.conn, "grace", tx.now)).invited_until is not None
    assert await lets_in(db, without_server.secret) is not None
