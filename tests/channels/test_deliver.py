"""One delivery from its row to its end: a real database and real little servers, time under the test's hand."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import psycopg
import pytest

from tests.channels.benches import LOOPBACK, MASTER
from tests.stores.engine import begin_life, claim, wanted
from tests.support.sinks import Behaviour, HttpRequest, HttpSink, answers, silent
from tests.support.stepper import Stepper, stepping
from tocsin.accounts.model import UserDraft
from tocsin.accounts.service import open_scope, upsert_user
from tocsin.db.database import Database
from tocsin.delivery import attempt_store, recording, service, store
from tocsin.delivery.bulkheads import Bulkheads
from tocsin.delivery.contacts import replace_contacts
from tocsin.delivery.jobs import Outbox, deliver
from tocsin.delivery.keys import ack_links, webhook_key
from tocsin.delivery.model import (
    ContactDraft,
    DeliveryState,
    MessageView,
    Notification,
    NotificationRule,
    Purpose,
    Urgency,
)
from tocsin.integrations.channels.ntfy.send import channel as ntfy_channel
from tocsin.integrations.channels.webhook.send import channel as webhook_channel
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import LeaseLost
from tocsin.kernel.held import Held
from tocsin.kernel.http import GuardedHttp, HttpTimeout
from tocsin.kernel.lease import Lease
from tocsin.kernel.ledger import LedgerEntry, list_entries
from tocsin.kernel.outbound import FailureReason
from tocsin.kernel.questions import ask_one
from tocsin.kernel.running import JobParked

TOPIC = "incident/42"
PAGE = MessageView(title="Checkout 5xx", incident_ref="INC-1", url="/incidents/INC-1", can_acknowledge=True)
STORED = answers(200, b'{"id":"sPs71M8A2T"}')
LINKS = ack_links(MASTER, "https://tocsin.example.com")


class World:
    """Alice has a webhook at once and ntfy three minutes later, each with its own server."""

    def __init__(self, db: Database, hook: HttpSink, ntfy: HttpSink, step: Stepper, outbox: Outbox, alice: int) -> None:
        self.db, self.hook, self.ntfy, self.step, self.outbox, self.alice = db, hook, ntfy, step, outbox, alice

    async def notify(self, purpose: Purpose = Purpose.PAGE) -> None:
        async with self.db.transaction() as tx:
            assert await service.notify(
                tx, Notification(user_id=self.alice, topic=TOPIC, purpose=purpose, message=PAGE, cause="page/17")
            )

    async def states(self) -> list[tuple[str, str]]:
        async with self.db.connection() as conn:
            return [(d.kind, str(d.state)) for d in await service.list_deliveries(conn, TOPIC)]

    async def attempts(self) -> list[tuple[str | None, FailureReason | None]]:
        async with self.db.connection() as conn:
            deliveries = await service.list_deliveries(conn, TOPIC)
            return [(a.outcome, a.reason) for a in await service.list_attempts(conn, deliveries)]

    async def ledger(self) -> list[LedgerEntry]:
        async with self.db.connection() as conn:
            return await list_entries(conn, TOPIC)


@pytest.fixture
def world(db: Database, clock: VirtualClock) -> Callable[..., object]:
    return partial(a_world, db, clock)


@asynccontextmanager
async def a_world(
    db: Database, clock: VirtualClock, hook: Behaviour, ntfy: Behaviour = STORED, timeout: float = 5.0
) -> AsyncIterator[World]:
    async with GuardedHttp(LOOPBACK) as http:
        channels = {
            "webhook": webhook_channel(http, partial(webhook_key, MASTER), HttpTimeout(total=timeout)),
            "ntfy": ntfy_channel(http),
        }
        outbox = Outbox(channels, LINKS, Bulkheads(clock=lambda: clock.now().timestamp()))
        with HttpSink(hook) as hook_sink, HttpSink(ntfy) as ntfy_sink:
            async with db.transaction() as tx:
                alice = await upsert_user(tx, UserDraft("alice", "alice@example.com"), managed_by=None, actor="tocsin")
                contacts = [
                    ContactDraft("webhook", f"{hook_sink.url}/alice"),
                    ContactDraft("ntfy", f"{ntfy_sink.url}/alice"),
                ]
                rules = [
                    NotificationRule(Urgency.HIGH, "webhook", timedelta(0)),
                    NotificationRule(Urgency.HIGH, "ntfy", timedelta(minutes=3)),
                ]
                await replace_contacts(tx, alice.id, contacts, rules, None)
            async with stepping(db, clock, outbox.kinds()) as stepper:
                yield World(db, hook_sink, ntfy_sink, stepper, outbox, alice.id)


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """The first answer to the first request, and so on; the last for ever."""
    left = list(behaviours)

    async def behave(request: HttpRequest, writer: object) -> None:
        behaviour = left.pop(0) if len(left) > 1 else left[0]
        await behaviour(request, writer)  # type: ignore[arg-type]

    return behave


async def test_nothing_is_sent_that_may_outlast_the_lease(world: Callable[..., object]) -> None:
    """Else another worker would send it beside us (REL-1). No place at its endpoint is kept: one more fits."""
    async with world(answers(202)) as w:
        await w.notify()
        async with w.db.connection() as conn:
            worker = await begin_life(conn)
            (claimed,) = await claim(conn, worker, w.db.clock.now(), wanted("webhook"), kinds=("deliver.webhook",))
        lease = Lease(worker, length=13.0, deadline=time.monotonic() + 0.1, pulse=0.0)
        for _ in range(w.outbox.bulkheads.limit + 1):
            with pytest.raises(LeaseLost, match="ended before it was renewed"):
                await deliver(Held(claimed, lease, w.db), outbox=w.outbox, channel=w.outbox.channels["webhook"])
        assert w.hook.inbox.waiting() == []
        assert await w.attempts() == []


async def test_a_delivery_goes_out_with_its_link_and_is_recorded(world: Callable[..., object]) -> None:
    async with world(answers(202)) as w:
        await w.notify()
        await w.step.drain()
        sent = w.hook.inbox.take()
        data = sent.json()["data"]
        assert data["url"] == "https://tocsin.example.com/incidents/INC-1"
        assert await w.states() == [("webhook", "sent"), ("ntfy", "waiting")]
        assert await w.attempts() == [("sent", None)]
        ended = (await w.ledger())[-1]
        assert (ended.kind, ended.sentence) == ("DeliveryEnded", "Page to @alice by webhook sent.")
        assert ended.data["cause"] == "page/17"
        token = data["acknowledge_url"].rsplit("/", 1)[1]
        async with w.db.transaction() as tx:
            assert (await service.use_ack_token(tx, LINKS, token)).id == service.UUID(sent.headers["webhook-id"])
        await w.step.passes(timedelta(minutes=3))
        w.ntfy.inbox.take()


@pytest.mark.parametrize("status", [202, 503])
async def test_what_becomes_private_during_its_send_is_written_for_those_who_see_it(
    world: Callable[..., object], db: Database, status: int
) -> None:
    async with db.transaction() as tx:
        members_only = await open_scope(tx, "INC-1", [])

    async def close_it_to_others(request: HttpRequest, writer: object) -> None:
        async with await psycopg.AsyncConnection.connect(db.conninfo) as conn:
            await conn.execute("UPDATE delivery SET scope_id = %s WHERE topic = %s", (members_only, TOPIC))
        await answers(status)(request, writer)  # type: ignore[arg-type]

    async with world(close_it_to_others) as w:
        await w.notify()
        await w.step.drain()
        w.hook.inbox.take()
        written = await w.ledger()
        assert written[0].kind == ("DeliveryEnded" if status == 202 else "DeliveryDelayed")
        assert {entry.scope_id for entry in written} == {members_only}
        await w.step.passes(timedelta(minutes=3))
        w.ntfy.inbox.take()
        w.hook.inbox.forget()


async def test_a_refusal_falls_through_to_the_next_way_at_once(world: Callable[..., object]) -> None:
    async with world(answers(404), answers(410)) as w:
        await w.notify()
        await w.step.drain()
        w.hook.inbox.take()
        w.ntfy.inbox.take()
        assert await w.states() == [("webhook", "failed"), ("ntfy", "failed")]
        ended = [entry for entry in await w.ledger() if entry.kind == "DeliveryEnded"]
        assert [entry.data["is_last"] for entry in ended] == [False, True]
        assert "answered 404" in ended[0].sentence


async def test_what_may_pass_is_tried_again_and_the_next_way_is_used_meanwhile(world: Callable[..., object]) -> None:
    async with world(in_turn(answers(503), answers(503), answers(204))) as w:
        await w.notify()
        await w.step.drain()
        w.hook.inbox.take()
        w.ntfy.inbox.take()
        assert await w.states() == [("webhook", "waiting"), ("ntfy", "sent")]
        await w.step.passes(timedelta(seconds=5))
        w.hook.inbox.take()
        await w.step.passes(timedelta(seconds=15))
        w.hook.inbox.take()
        assert await w.states() == [("webhook", "sent"), ("ntfy", "sent")]
        kinds = [entry.kind for entry in await w.ledger()]
        assert kinds == ["DeliveryDelayed", "DeliveryEnded", "DeliveryEnded"]


async def test_the_same_id_at_every_try(world: Callable[..., object]) -> None:
    async with world(in_turn(answers(500), answers(204))) as w:
        await w.notify()
        await w.step.passes(timedelta(minutes=1))
        first, second = w.hook.inbox.forget()
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert first.body == second.body
        w.ntfy.inbox.take()


async def test_a_retry_after_is_waited_for(world: Callable[..., object], clock: VirtualClock) -> None:
    async with world(in_turn(answers(429, Retry_After="40"), answers(204))) as w:
        await w.notify()
        await w.step.passes(timedelta(seconds=39))
        assert len(w.hook.inbox.forget()) == 1
        await w.step.passes(timedelta(seconds=1))
        assert len(w.hook.inbox.forget()) == 1
        w.ntfy.inbox.take()


async def test_what_was_taken_without_an_answer_is_sent_again(world: Callable[..., object]) -> None:
    async with world(in_turn(silent(), answers(204)), timeout=0.4) as w:
        await w.notify()
        await w.step.passes(timedelta(seconds=10))
        assert len(w.hook.inbox.forget()) == 2
        attempts = await w.attempts()
        assert len(attempts) == 3
        assert ("failed", FailureReason.TIMEOUT) in attempts
        w.ntfy.inbox.take()


async def test_what_is_over_is_not_tried_again(world: Callable[..., object]) -> None:
    async with world(answers(503), answers(503)) as w:
        await w.notify()
        await w.step.drain()
        async with w.db.transaction() as tx:
            await service.supersede(tx, TOPIC, [Purpose.PAGE], "@bob has acknowledged")
        w.hook.inbox.forget()
        w.ntfy.inbox.forget()
        await w.step.passes(timedelta(hours=1))
        assert await w.states() == [("webhook", "superseded"), ("ntfy", "superseded")]
        assert await w.step.next_due() is None


async def test_a_newer_message_waits_for_the_one_under_way(world: Callable[..., object], clock: VirtualClock) -> None:
    async with world(answers(204)) as w:
        await w.notify()
        async with w.db.connection() as conn:
            page = (await store.list_of_topic(conn, TOPIC))[0]
            await attempt_store.begin_attempt(conn, page.id, "elsewhere", w.db.clock.now())
            await conn.execute("DELETE FROM job WHERE key = %s", (service.job_key(page.id),))
        clock.advance(timedelta(seconds=1))
        await w.notify(Purpose.RESOLVED)
        await w.step.drain()
        assert w.hook.inbox.waiting() == []
        async with w.db.transaction() as tx:
            await ask_one(tx.conn, attempt_store.sent(page.id, "HTTP 204", "", tx.now))
        await w.step.passes(timedelta(seconds=5))
        assert w.hook.inbox.take().json()["type"] == "incident.resolved"
        await w.step.passes(timedelta(minutes=3))
        w.ntfy.inbox.take()


async def test_the_end_of_one_wakes_the_next_of_its_chain(world: Callable[..., object], clock: VirtualClock) -> None:
    async with world(answers(204)) as w:
        await w.notify()
        clock.advance(timedelta(seconds=1))
        async with w.db.transaction() as tx:
            await service.notify(
                tx,
                Notification(user_id=w.alice, topic=TOPIC, purpose=Purpose.INFO, message=PAGE, channels=("webhook",)),
            )
        await w.step.drain()
        types = [request.json()["type"] for request in w.hook.inbox.forget()]
        assert types == ["incident.paged", "incident.updated"]
        await w.step.passes(timedelta(minutes=3))
        w.ntfy.inbox.take()


async def test_an_endpoint_that_does_not_answer_is_held_back_and_probed(
    world: Callable[..., object], clock: VirtualClock
) -> None:
    async with world(in_turn(silent(), silent(), silent(), answers(204))) as w:
        for _ in range(3):
            assert w.outbox.bulkheads.enter(f"127.0.0.1:{w.hook.port}") is None
            w.outbox.bulkheads.leave(f"127.0.0.1:{w.hook.port}", FailureReason.TIMEOUT)
        w.hook.behaviour = answers(204)
        await w.notify()
        await w.step.drain()
        assert w.hook.inbox.waiting() == []
        w.ntfy.inbox.take()
        assert await w.states() == [("webhook", "waiting"), ("ntfy", "sent")]
        assert w.outbox.bulkheads.enter(f"127.0.0.1:{w.hook.port}") is not None
        await w.step.passes(timedelta(seconds=10))
        w.hook.inbox.take()
        assert await w.states() == [("webhook", "sent"), ("ntfy", "sent")]
        assert w.outbox.bulkheads.enter(f"127.0.0.1:{w.hook.port}") is None


async def test_a_busy_endpoint_uses_up_no_try(world: Callable[..., object]) -> None:
    async with world(answers(204)) as w:
        endpoint = f"127.0.0.1:{w.hook.port}"
        for _ in range(w.outbox.bulkheads.limit):
            assert w.outbox.bulkheads.enter(endpoint) is None
        await w.notify()
        await w.step.drain()
        assert await w.states() == [("webhook", "waiting"), ("ntfy", "waiting")]
        w.outbox.bulkheads.leave(endpoint, None)
        await w.step.passes(timedelta(seconds=1))
        w.hook.inbox.take()
        assert await w.attempts() == [("sent", None)]
        await w.step.passes(timedelta(minutes=3))
        w.ntfy.inbox.take()


async def test_a_parked_delivery_counts_as_a_failed_way(world: Callable[..., object]) -> None:
    async with world(answers(204)) as w:
        await w.notify()
        async with w.db.transaction() as tx:
            first = (await store.list_of_topic(tx.conn, TOPIC))[0]
            parked = JobParked(
                topic="jobs",
                sentence="",
                job_id=1,
                key=service.job_key(first.id),
                kind="deliver.webhook",
                attempts=4,
                trouble="x",
            )
            await recording.fail_parked(tx, parked)
            await recording.fail_parked(tx, parked)
        await w.step.drain()
        w.ntfy.inbox.take()
        assert await w.states() == [("webhook", "failed"), ("ntfy", "sent")]
        assert [e.kind for e in await w.ledger()] == ["DeliveryEnded", "DeliveryEnded"]


async def test_states_of_a_delivery_are_the_ones_of_the_table(db: Database) -> None:
    async with db.connection() as conn:
        cursor = await conn.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'delivery_state_check'"
        )
        row = await cursor.fetchone()
    assert row
    assert all(f"'{state}'" in row[0] for state in DeliveryState)
