"""Many messages to one person at the same moment, from many transactions, through two real workers (PAG-9)."""

import asyncio
from datetime import timedelta

from tests.channels.benches import LOOPBACK, MASTER
from tests.support.keys import KEYRING
from tests.support.patience import PATIENCE
from tests.support.sinks import HttpSink
from tocsin.accounts.model import UserDraft
from tocsin.accounts.service import upsert_user
from tocsin.db.database import Database
from tocsin.delivery import service
from tocsin.delivery.bulkheads import Bulkheads
from tocsin.delivery.contacts import replace_contacts
from tocsin.delivery.jobs import Outbox
from tocsin.delivery.keys import ack_links
from tocsin.delivery.model import (
    ContactDraft,
    Delivery,
    DeliveryState,
    MessageView,
    Notification,
    NotificationRule,
    Purpose,
    Urgency,
)
from tocsin.integrations.channels.webhook import send as webhook
from tocsin.kernel.http import GuardedHttp
from tocsin.worker import Worker

INCIDENTS = range(1, 31)


async def alice_with(db: Database, hook: HttpSink) -> int:
    async with db.transaction() as tx:
        user = await upsert_user(tx, UserDraft("alice", "alice@example.com"), managed_by=None, actor="tocsin")
        rules = [NotificationRule(Urgency.HIGH, "webhook", timedelta(0))]
        await replace_contacts(tx, user.id, [ContactDraft("webhook", f"{hook.url}/alice")], rules, None)
        return user.id


async def page(db: Database, user_id: int, number: int) -> None:
    message = MessageView(title=f"Trouble {number}", incident_ref=f"INC-{number}", url=f"/incidents/INC-{number}")
    asked = Notification(user_id=user_id, topic=f"incident/{number}", purpose=Purpose.PAGE, message=message)
    async with db.transaction() as tx:
        assert await service.notify(tx, asked)


async def deliveries_of(db: Database) -> list[Delivery]:
    async with db.connection() as conn:
        return [each for n in INCIDENTS for each in await service.list_deliveries(conn, f"incident/{n}")]


async def until_all_are_sent(db: Database) -> list[Delivery]:
    async with asyncio.timeout(PATIENCE):
        while True:
            found = await deliveries_of(db)
            if {each.state for each in found} == {DeliveryState.SENT}:
                return found
            await asyncio.sleep(0.1)


async def test_two_workers_send_two_messages_and_lose_nothing(dsn: str) -> None:
    with HttpSink() as hook:
        async with Database(dsn, keyring=KEYRING) as db, GuardedHttp(LOOPBACK) as http:
            alice = await alice_with(db, hook)
            channels = {"webhook": webhook.channel(http, lambda contact: MASTER)}
            outboxes = [Outbox(channels, ack_links(MASTER, "https://t.example.com"), Bulkheads()) for _ in range(2)]
            workers = [Worker(db, outbox.kinds(), places=outbox.places()) for outbox in outboxes]
            working = [asyncio.create_task(worker.run()) for worker in workers]
            await asyncio.gather(*(page(db, alice, number) for number in INCIDENTS))
            sent = await until_all_are_sent(db)
            for worker in workers:
                worker.stop()
            await asyncio.gather(*working)
            async with db.connection() as conn:
                cursor = await conn.execute("select count(*) from job where lane = 'webhook'")
                assert await cursor.fetchone() == (0,)
        first, together = hook.inbox.take(), hook.inbox.take()
    carriers = {each.carried_by for each in sent}
    assert len(carriers) == 2  # one carried all the others; it and the first message were carried by none
    assert sum(each.carried_by is not None for each in sent) == len(INCIDENTS) - 2
    assert first.json()["data"]["title"].startswith("Trouble ")
    assert together.json()["data"]["title"] == f"{len(INCIDENTS) - 1} messages in one: {len(INCIDENTS) - 1} pages"
