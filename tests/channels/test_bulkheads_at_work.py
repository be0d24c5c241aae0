"""One dead receiver delays nobody else: the real worker, real time, no answer from the other side (REL-7)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from email.headerregistry import Address

import pytest

from tests.channels.benches import LOOPBACK, MASTER
from tests.support.keys import KEYRING
from tests.support.patience import PATIENCE
from tests.support.sinks import HttpSink, SmtpSink, silent
from tocsin.accounts.model import UserDraft
from tocsin.accounts.service import upsert_user
from tocsin.db.database import Database
from tocsin.delivery import service
from tocsin.delivery.bulkheads import Bulkheads
from tocsin.delivery.contacts import replace_contacts
from tocsin.delivery.jobs import PLACES, Outbox
from tocsin.delivery.keys import ack_links
from tocsin.delivery.model import (
    ContactDraft,
    DeliveryState,
    MessageView,
    Notification,
    NotificationRule,
    Purpose,
    Urgency,
)
from tocsin.integrations.channels.email.compose import Identity
from tocsin.integrations.channels.email.send import EmailChannel
from tocsin.integrations.channels.webhook import send as webhook
from tocsin.kernel.http import GuardedHttp, HttpTimeout
from tocsin.kernel.smtp import GuardedSmtp, parse_smtp_url
from tocsin.worker import Worker

LONG = HttpTimeout(total=PATIENCE, connect=PATIENCE, read=PATIENCE)
"""Nobody gives up on the dead one while a busy machine gets round to the others."""


class Running:
    def __init__(self, db: Database, mailbox: SmtpSink, outbox: Outbox) -> None:
        self.db, self.mailbox, self.outbox = db, mailbox, outbox

    async def person(self, name: str, hook: HttpSink) -> int:
        async with self.db.transaction() as tx:
            draft = UserDraft(name, f"{name}@example.com")
            user = await upsert_user(tx, draft, managed_by=None, actor="tocsin")
            rules = [NotificationRule(Urgency.HIGH, "webhook", timedelta(0))]
            await replace_contacts(tx, user.id, [ContactDraft("webhook", f"{hook.url}/{name}")], rules, None)
            return user.id

    async def page(self, user_id: int, topics: range, channel: str = "webhook") -> None:
        async with self.db.transaction() as tx:
            for number in topics:
                notification = Notification(
                    user_id=user_id,
                    topic=f"incident/{number}",
                    purpose=Purpose.PAGE,
                    message=MessageView(title=f"Incident {number}"),
                    channels=(channel,),
                    is_top_level=True,  # not held to be bundled
                )
                assert await service.notify(tx, notification)


@pytest.fixture
async def running(dsn: str) -> AsyncIterator[Running]:
    with SmtpSink() as mailbox:
        async with Database(dsn, keyring=KEYRING) as db, GuardedHttp(LOOPBACK) as http:
            smtp = GuardedSmtp(parse_smtp_url(mailbox.url))
            sender = Identity(Address("Tocsin", addr_spec="tocsin@example.com"), "example.com", "a1b2c3d4")
            channels = {
                "email": EmailChannel(smtp, sender),
                "webhook": webhook.channel(http, lambda contact: MASTER, LONG),
            }
            outbox = Outbox(channels, ack_links(MASTER, "https://tocsin.example.com"), Bulkheads())
            worker = Worker(
                db, outbox.kinds(), places=outbox.places(), lease=timedelta(minutes=2), patience=timedelta(seconds=1)
            )
            work = asyncio.create_task(worker.run())
            yield Running(db, mailbox, outbox)
            worker.stop()
            await work
            smtp.close()


async def test_a_dead_receiver_holds_up_neither_its_lane_nor_another(running: Running) -> None:
    with HttpSink(silent()) as dead, HttpSink() as alive:
        alice, bob = await running.person("alice", dead), await running.person("bob", alive)
        await running.page(alice, range(2 * PLACES))
        await dead.inbox.receives()
        await running.page(bob, range(1000, 1001))
        await running.page(bob, range(1001, 1002), channel="email")
        assert (await alive.inbox.receives()).json()["data"]["title"] == "Incident 1000"
        assert "Incident 1001" in (await running.mailbox.inbox.receives()).subject
        async with running.db.connection() as conn:
            deliveries = [d for n in range(2 * PLACES) for d in await service.list_deliveries(conn, f"incident/{n}")]
            attempts = await service.list_attempts(conn, deliveries)
        assert len(deliveries) == 2 * PLACES
        assert all(attempt.ended_at is None for attempt in attempts), "nobody had to wait for a time-out"
        assert all(delivery.state is not DeliveryState.FAILED for delivery in deliveries)
        assert dead.connections <= running.outbox.bulkheads.limit
        dead.inbox.forget()
