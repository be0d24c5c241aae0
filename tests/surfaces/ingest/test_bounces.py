"""Mails that come back, by the same door as alerts: it begins with who may not; then what they do to a delivery."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import aiosmtplib
import pytest

from tests.channels.test_bounces import GONE, PATH, block, complaint, notice, plain
from tests.stores.test_reports import Office, office
from tests.support.stepper import stepping
from tests.surfaces.alert_app import alert_app
from tocsin.db.database import Database
from tocsin.kernel.clock import VirtualClock
from tocsin.surfaces.ingest import BounceDesk, MailInlet

__all__ = ["office"]
BOUNCE = notice(block("failed", "5.1.1", GONE, "+4930123456"))


@asynccontextmanager
async def door(db: Database, *, takes_bounces: bool = True) -> AsyncGenerator[int]:
    """The port of an inlet."""
    async with alert_app(db) as app:
        desk = BounceDesk(db, PATH) if takes_bounces else None
        inlet = MailInlet(app.book, app.commit.submit, "127.0.0.1", 0, desk)
        await inlet.open()
        try:
            yield inlet.port
        finally:
            await inlet.close()


async def send(port: int, content: bytes, to: str) -> int:
    """The reply; the sender of a bounce is empty (RFC 5321, 4.5.5)."""
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        try:
            await client.sendmail("", [to], content)
        except aiosmtplib.SMTPRecipientsRefused as error:
            return error.recipients[0].code
        except aiosmtplib.SMTPResponseException as error:
            return error.code
    return 250


@pytest.mark.parametrize("to", ["bounces@in.example.com", f"bounces+{'a' * 52}@in.example.com"])
async def test_nobody_reports_a_mail_that_is_not_theirs(db: Database, to: str) -> None:
    async with door(db) as port:
        assert await send(port, BOUNCE, to) == 550


async def test_without_an_address_for_them_no_bounce_is_taken(db: Database) -> None:
    async with door(db, takes_bounces=False) as port:
        assert await send(port, BOUNCE, PATH.of_delivery(UUID(int=1))) == 550


async def test_a_bounce_of_a_delivery_that_is_forgotten_is_taken_and_changes_nothing(db: Database) -> None:
    async with door(db) as port:
        assert await send(port, BOUNCE, PATH.of_delivery(UUID(int=1))) == 250


async def mailed(office: Office) -> UUID:
    """A page that a mail server took."""
    paged = await office.page()
    async with office.db.connection() as conn:
        await conn.execute("UPDATE delivery SET kind = 'email', address = 'alice@example.com' WHERE id = %s", (paged,))
    return paged


@pytest.mark.parametrize(
    ("body", "state"),
    [
        (notice(block("failed", "5.1.1", GONE)), "failed"),
        (notice(block("failed", "5.2.2", "552 5.2.2 mailbox full")), "failed"),
        (complaint("abuse"), "failed"),
        (notice(block("delayed", "4.4.1", "451 timed out")), "sent"),
        (plain("Out of office", "I am away.", Auto_Submitted="auto-replied"), "sent"),
    ],
)
async def test_a_mail_that_came_back_uses_the_next_way(office: Office, body: bytes, state: str) -> None:
    office.airwaves.receipts.clear()
    paged = await mailed(office)
    async with door(office.db) as port:
        assert await send(port, body, PATH.of_delivery(paged)) == 250
        assert await send(port, body, PATH.of_delivery(paged)) == 250
    await office.step.drain()
    after = "sent" if state == "failed" else "waiting"
    assert await office.states() == [("email", state), ("ntfy", after)]


async def test_an_address_that_is_dead_is_written_to_no_more(office: Office) -> None:
    office.airwaves.receipts.clear()
    paged = await mailed(office)
    async with door(office.db) as port:
        await send(port, notice(block("failed", "5.1.1", GONE)), PATH.of_delivery(paged))
    await office.step.passes(timedelta(minutes=1))
    told = [word.kind for word in office.airwaves.unread if "You cannot be reached by email" in str(word)]
    assert told == ["ntfy"], "by the contact that is left"
    async with office.db.connection() as conn:
        cursor = await conn.execute("SELECT email_broken_why FROM app_user WHERE name = 'alice'")
        assert await cursor.fetchone() == (f"it came back: {GONE}",)


async def test_it_is_refused_for_now_while_the_database_is_away(dsn: str, clock: VirtualClock) -> None:
    """Then the mail server in front keeps it."""
    async with Database(dsn, clock=clock) as db, stepping(db, clock, ()), door(db) as port:
        async with db.connection() as conn:
            await conn.execute("ALTER TABLE delivery RENAME TO elsewhere")
        assert await send(port, BOUNCE, PATH.of_delivery(UUID(int=1))) == 451
        async with db.connection() as conn:
            await conn.execute("ALTER TABLE elsewhere RENAME TO delivery")
