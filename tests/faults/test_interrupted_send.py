"""kill -9 after the peer took a message and before we wrote that down: it is sent again, once, with the same id."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from tests.faults.delivery_process import settings_in
from tests.support.programs import eventually, stop
from tests.support.sinks import HttpSink, answers, silent
from tocsin.accounts.model import UserDraft
from tocsin.accounts.service import upsert_user
from tocsin.db.database import Database
from tocsin.db.keyring import keyring_of
from tocsin.delivery import service
from tocsin.delivery.contacts import replace_contacts
from tocsin.delivery.model import ContactDraft, MessageView, Notification, NotificationRule, Purpose, Urgency
from tocsin.kernel.ledger_months import make_months

pytestmark = pytest.mark.faults

REPOSITORY = Path(__file__).parents[2]
TOPIC = "incident/42"


@contextmanager
def a_worker(dsn: str, folder: Path, number: int) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / f"worker-{number}.log").open("wb") as log:
        command = [sys.executable, "-m", "tests.faults.delivery_process", dsn, str(folder)]
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=REPOSITORY)
    try:
        yield process
    finally:
        stop(process)


async def page_alice(db: Database, hook: HttpSink) -> None:
    async with db.transaction() as tx:
        await make_months(tx)
        alice = await upsert_user(tx, UserDraft("alice", "alice@example.com"), managed_by=None, actor="tocsin")
        rules = [NotificationRule(Urgency.HIGH, "webhook", timedelta(0))]
        await replace_contacts(tx, alice.id, [ContactDraft("webhook", f"{hook.url}/alice")], rules, None)
        notification = Notification(
            user_id=alice.id, topic=TOPIC, purpose=Purpose.PAGE, message=MessageView(title="Checkout 5xx")
        )
        assert len(await service.notify(tx, notification)) == 1


async def outcomes(db: Database) -> list[str | None]:
    async with db.connection() as conn:
        deliveries = await service.list_deliveries(conn, TOPIC)
        return [attempt.outcome for attempt in await service.list_attempts(conn, deliveries)]


async def all_is_sent(dsn: str) -> None:
    """Returns when no job of a delivery is left."""

    def nothing_left() -> bool:
        with psycopg.connect(dsn, autocommit=True) as conn:
            return not conn.execute("SELECT FROM job WHERE key LIKE 'delivery:%' LIMIT 1").fetchall()

    await asyncio.to_thread(eventually, "every delivery has ended", nothing_left)


async def test_exactly_one_duplicate_with_the_same_id(dsn: str, tmp_path: Path) -> None:
    with HttpSink(silent()) as hook:
        async with Database(dsn, keyring=keyring_of(settings_in(tmp_path))) as db:
            await page_alice(db, hook)
            with a_worker(dsn, tmp_path, 1) as first:
                taken = await hook.inbox.receives()
                first.kill()
                await asyncio.to_thread(first.wait)
            assert await outcomes(db) == [None]
            hook.behaviour = answers(204)
            with a_worker(dsn, tmp_path, 2):
                again = await hook.inbox.receives()
                await all_is_sent(dsn)
            assert await outcomes(db) == ["interrupted", "sent"]
    assert taken.headers["webhook-id"] == again.headers["webhook-id"]
    assert taken.body == again.body


async def test_many_are_under_way_when_the_worker_dies(dsn: str, tmp_path: Path) -> None:
    """Nothing is lost, nothing is sent more than twice, and what is sent twice has one id."""
    people = 120  # one page each, since pages to one person travel together
    with HttpSink() as hook:
        async with Database(dsn, keyring=keyring_of(settings_in(tmp_path))) as db:
            async with db.transaction() as tx:
                await make_months(tx)
                for number in range(people):
                    draft = UserDraft(f"user{number}", f"user{number}@example.com")
                    user = await upsert_user(tx, draft, managed_by=None, actor="tocsin")
                    rules = [NotificationRule(Urgency.HIGH, "webhook", timedelta(0))]
                    await replace_contacts(tx, user.id, [ContactDraft("webhook", f"{hook.url}/{number}")], rules, None)
                    notification = Notification(
                        user_id=user.id, topic="incident/1", purpose=Purpose.PAGE, message=MessageView(title="x")
                    )
                    await service.notify(tx, notification)
            with a_worker(dsn, tmp_path, 1) as first:
                await hook.inbox.receives()
                first.kill()
                await asyncio.to_thread(first.wait)
            with a_worker(dsn, tmp_path, 2):
                await all_is_sent(dsn)
        requests = hook.inbox.forget()
    ids = [request.headers["webhook-id"] for request in requests]
    assert len(set(ids)) >= people - 1  # one was taken out above
    assert max(ids.count(each) for each in set(ids)) <= 2
