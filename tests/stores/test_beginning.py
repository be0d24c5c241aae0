"""The beginning of a send: in one statement where nothing is in its way, else in turn (PERF-4, PAG-9)."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tocsin.accounts.model import UserDraft
from tocsin.accounts.service import upsert_user
from tocsin.db.database import Database
from tocsin.delivery import attempt_store, pace_store, service, store
from tocsin.delivery.beginning import Begun, begin, way_of
from tocsin.delivery.contacts import replace_contacts
from tocsin.delivery.model import (
    ContactDraft,
    DeliveryState,
    MessageView,
    Notification,
    NotificationRule,
    Purpose,
    Urgency,
)
from tocsin.delivery.pacing import Hold, Pace
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.db import Conn, connect

PAGE = MessageView(title="Checkout 5xx", incident_ref="INC-1", severity="SEV-2", can_acknowledge=True)
HOOK = ContactDraft("webhook", "https://hooks.example.com/s3cret")
RULES = [NotificationRule(urgency, "webhook", timedelta(0)) for urgency in Urgency]
ENDPOINT = "hooks.example.com:443"


@pytest.fixture
async def alice(db: Database) -> int:
    async with db.transaction() as tx:
        user = await upsert_user(tx, UserDraft("alice", "alice@example.com"), managed_by=None, actor="tocsin")
        await replace_contacts(tx, user.id, [HOOK], RULES, "tocsin.yaml")
        return user.id


async def notified(db: Database, user_id: int, topic: str) -> store.InChain:
    """A page about `topic` as a worker reads it before it begins."""
    async with db.transaction() as tx:
        [id] = await service.notify(tx, Notification(user_id=user_id, topic=topic, purpose=Purpose.PAGE, message=PAGE))
        found = await store.find_delivery_in_chain(tx.conn, id, tx.now)
    assert found is not None
    return found


async def looked_at_again(db: Database, found: store.InChain) -> store.InChain:
    async with db.connection() as conn:
        again = await store.find_delivery_in_chain(conn, found.delivery.id, db.clock.now())
    assert again is not None
    return again


async def test_the_pace_of_its_way_is_read_with_a_delivery(db: Database, alice: int, clock: VirtualClock) -> None:
    first = await notified(db, alice, "incident/42")
    assert first.pace is None
    began_at = db.clock.now()
    assert await begin(db, first, ENDPOINT, began_at) == Begun(1)
    clock.advance(timedelta(minutes=1))
    second = await notified(db, alice, "incident/43")
    assert second.pace == Pace((began_at,), "incident/42", is_urgent=True)
    assert await begin(db, second, ENDPOINT, db.clock.now()) == Begun(1)
    third = await notified(db, alice, "incident/44")
    assert third.pace == Pace((began_at, db.clock.now()), "incident/43", is_urgent=True)


async def test_of_two_that_would_leave_at_once_the_second_sees_the_first(
    db: Database, alice: int, clock: VirtualClock
) -> None:
    await begin(db, await notified(db, alice, "incident/1"), ENDPOINT, db.clock.now())
    clock.advance(timedelta(minutes=1))
    one, other = await notified(db, alice, "incident/42"), await notified(db, alice, "incident/43")
    assert one.pace == other.pace
    assert await begin(db, one, ENDPOINT, db.clock.now()) == Begun(1)
    assert isinstance(await begin(db, other, ENDPOINT, db.clock.now()), Hold)
    assert (await looked_at_again(db, other)).delivery.state is DeliveryState.WAITING


@pytest.mark.parametrize(
    "change", [{"sent": ()}, {"topic": "incident/7"}, {"is_urgent": False}], ids=["sent", "topic", "urgency"]
)
async def test_nothing_begins_by_a_pace_that_has_changed(
    db: Database, alice: int, clock: VirtualClock, change: dict[str, object]
) -> None:
    await begin(db, await notified(db, alice, "incident/1"), ENDPOINT, db.clock.now())
    clock.advance(timedelta(minutes=1))
    found, now = await notified(db, alice, "incident/42"), db.clock.now()
    assert found.pace is not None
    seen, after = replace(found.pace, **change), Pace((now,), "incident/42", is_urgent=True)
    async with db.connection() as conn:
        parts = (found.delivery.id, ENDPOINT, now, way_of(found.delivery))
        assert await pace_store.begin_paced(conn, *parts, seen, after) is None
        assert await service.list_attempts(conn, [found.delivery]) == []
    assert await looked_at_again(db, found) == found


async def test_what_is_wanted_no_more_neither_begins_nor_changes_the_pace(
    db: Database, alice: int, clock: VirtualClock
) -> None:
    await begin(db, await notified(db, alice, "incident/1"), ENDPOINT, db.clock.now())
    clock.advance(timedelta(minutes=1))
    found = await notified(db, alice, "incident/42")
    async with db.transaction() as tx:
        await service.supersede(tx, "incident/42", [Purpose.PAGE], "@bob has acknowledged")
    assert await begin(db, found, ENDPOINT, db.clock.now()) is None
    assert (await looked_at_again(db, found)).pace == found.pace


async def test_only_the_beginning_itself_does_not_wait_for_the_disk(db: Database, alice: int) -> None:
    found = await notified(db, alice, "incident/42")
    async with await connect(db.conninfo) as conn:
        await conn.execute("set synchronous_commit = on")
        async with conn.transaction():
            await attempt_store.begin_attempt(conn, found.delivery.id, ENDPOINT, db.clock.now())
            assert not await _waits_for_disk(conn)
        assert await _waits_for_disk(conn)


async def _waits_for_disk(conn: Conn) -> bool:
    cursor = await conn.execute("select current_setting('synchronous_commit') = 'on'")
    row = await cursor.fetchone()
    assert row is not None
    return row[0]
