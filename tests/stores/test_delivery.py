"""Deliveries, contacts and links against a real PostgreSQL."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tocsin.accounts.model import UserDraft
from tocsin.accounts.service import disable_user, list_users, upsert_user
from tocsin.db.database import Database
from tocsin.delivery import attempt_store, pace_store, service, store
from tocsin.delivery.contacts import list_contacts, list_rules, replace_contacts
from tocsin.delivery.keys import ack_links
from tocsin.delivery.model import (
    ContactDraft,
    DeliveryId,
    DeliveryState,
    Line,
    MessageView,
    Notification,
    NotificationRule,
    Outsider,
    Purpose,
    Urgency,
)
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import NotFound, Refused
from tocsin.kernel.outbound import FailureReason
from tocsin.kernel.questions import ask_one

LINKS = ack_links(bytes(range(32)), "https://tocsin.example.com/")
PAGE = MessageView(title="Checkout 5xx", incident_ref="INC-1", severity="SEV-2", can_acknowledge=True)
HOOK = ContactDraft("webhook", "https://hooks.example.com/s3cret")
NTFY = ContactDraft("ntfy", "https://ntfy.example.com/alice")
RULES = [
    NotificationRule(Urgency.HIGH, "webhook", timedelta(0)),
    NotificationRule(Urgency.HIGH, "ntfy", timedelta(minutes=3)),
]


@pytest.fixture
async def alice(db: Database) -> int:
    async with db.transaction() as tx:
        draft = UserDraft("alice", "alice@example.com", time_zone="Europe/Berlin")
        user = await upsert_user(tx, draft, managed_by=None, actor="tocsin")
        await replace_contacts(tx, user.id, [HOOK, NTFY], RULES, "tocsin.yaml")
        return user.id


def page(user_id: int, purpose: Purpose = Purpose.PAGE) -> Notification:
    return Notification(user_id=user_id, topic="incident/42", purpose=purpose, message=PAGE, cause="page/17")


async def jobs_waiting(db: Database) -> list[tuple[str, str, str]]:
    async with db.connection() as conn:
        cursor = await conn.execute("SELECT kind, lane, key FROM job ORDER BY run_at, id")
        return [(row[0], row[1], row[2]) for row in await cursor.fetchall()]


async def test_two_rooms_on_one_host_do_not_overtake_each_other(db: Database) -> None:
    rooms = [Outsider("announce", "slack", f"https://hooks.slack.com/services/{room}") for room in ("ops", "bridge")]
    async with db.transaction() as tx:
        for room in (*rooms, rooms[0]):
            await service.notify(
                tx, Notification(user_id=None, outsider=room, topic="incident/42", purpose=Purpose.PAGE, message=PAGE)
            )
    async with db.connection() as conn:
        first, other, again = await service.list_deliveries(conn, "incident/42")
    assert first.chain == again.chain != other.chain
    assert [each.state for each in (first, other, again)] == [
        DeliveryState.SUPERSEDED,
        DeliveryState.WAITING,
        DeliveryState.WAITING,
    ]
    assert "ops" not in first.chain


async def test_a_notification_becomes_rows_and_jobs_in_their_lanes(db: Database, alice: int) -> None:
    async with db.transaction() as tx:
        ids = await service.notify(tx, page(alice))
        now = tx.now
    assert await jobs_waiting(db) == [
        ("deliver.webhook", "webhook", f"delivery:{ids[0]}"),
        ("deliver.ntfy", "ntfy", f"delivery:{ids[1]}"),
    ]
    async with db.connection() as conn:
        first, second = await service.list_deliveries(conn, "incident/42")
    assert (first.state, first.due_at, first.cause, first.user_name) == (
        DeliveryState.WAITING,
        now,
        "page/17",
        "alice",
    )
    assert second.due_at == now + timedelta(minutes=3)
    assert first.notification_id == second.notification_id
    assert first.message.time_zone == "Europe/Berlin"


async def test_every_instant_in_a_message_is_on_the_readers_clock(db: Database, alice: int) -> None:
    at = db.clock.now() + timedelta(minutes=5)
    told = MessageView(title="Checkout 5xx", lines=(Line("If nobody answers", f"the next at {at:%H:%M} UTC"),))
    async with db.transaction() as tx:
        await service.notify(tx, Notification(user_id=alice, topic="incident/42", purpose=Purpose.PAGE, message=told))
    async with db.connection() as conn:
        first, _ = await service.list_deliveries(conn, "incident/42")
    assert first.message.lines[0].value == f"the next at {at.astimezone(ZoneInfo('Europe/Berlin')):%H:%M %Z}"


async def test_people_see_the_host_of_a_hook_and_never_its_path(db: Database, alice: int) -> None:
    async with db.transaction() as tx:
        ids = await service.notify(tx, page(alice))
        assert [d.address for d in await service.list_deliveries(tx.conn, "incident/42")] == [
            "hooks.example.com",
            "ntfy.example.com",
        ]
        stored = await store.find_delivery(tx.conn, ids[0])
    assert stored
    assert stored.address == HOOK.address


async def test_nobody_is_told_who_is_disabled(db: Database, alice: int) -> None:
    async with db.transaction() as tx:
        people = await list_users(tx.conn)
        assert await service.list_reachable(tx.conn, people) == {alice}
        await disable_user(tx, "alice", managed_by=None, actor="tocsin")
        assert await service.notify(tx, page(alice)) == []
        assert await service.list_reachable(tx.conn, await list_users(tx.conn)) == frozenset()


async def test_superseding_ends_what_waits_and_marks_what_is_being_sent(db: Database, alice: int) -> None:
    async with db.transaction() as tx:
        ids = await service.notify(tx, page(alice))
    async with db.connection() as conn:
        assert await attempt_store.begin_attempt(conn, ids[0], "hooks.example.com:443", db.clock.now()) == 1
    async with db.transaction() as tx:
        assert await service.supersede(tx, "incident/42", [Purpose.PAGE], "@bob has acknowledged") == 1
        first, second = await service.list_deliveries(tx.conn, "incident/42")
    assert (first.state, first.superseded) == (DeliveryState.SENDING, "@bob has acknowledged")
    assert (second.state, second.superseded) == (DeliveryState.SUPERSEDED, "@bob has acknowledged")
    assert [key for _, _, key in await jobs_waiting(db)] == [f"delivery:{ids[0]}"]
    async with db.connection() as conn:
        assert await attempt_store.begin_attempt(conn, ids[0], "hooks.example.com:443", db.clock.now()) is None


async def test_a_newer_state_overtakes_what_waits_in_its_chain(db: Database, alice: int) -> None:
    async with db.transaction() as tx:
        await service.notify(tx, page(alice))
        await service.notify(tx, page(alice, Purpose.RESOLVED))
        await service.notify(tx, Notification(user_id=alice, topic="incident/43", purpose=Purpose.PAGE, message=PAGE))
        states = [(d.purpose, d.state) for d in await service.list_deliveries(tx.conn, "incident/42")]
    assert states == [
        (Purpose.PAGE, DeliveryState.SUPERSEDED),
        (Purpose.PAGE, DeliveryState.SUPERSEDED),
        (Purpose.RESOLVED, DeliveryState.WAITING),
        (Purpose.RESOLVED, DeliveryState.WAITING),
    ]
    assert len(await jobs_waiting(db)) == 4


async def test_order_in_a_chain(db: Database, alice: int, clock: VirtualClock) -> None:
    async with db.transaction() as tx:
        older = await service.notify(tx, page(alice))
        await attempt_store.begin_attempt(tx.conn, older[0], "e", tx.now)
    clock.advance(timedelta(seconds=1))
    async with db.transaction() as tx:
        newer = await service.notify(tx, page(alice, Purpose.INFO))
        first = await store.find_delivery(tx.conn, older[0])
        second = await store.find_delivery(tx.conn, newer[0])
        assert first
        assert second
        assert await store.find_delivery_in_chain(tx.conn, first.id, tx.now) == store.InChain(first, False, False)
        assert await store.find_delivery_in_chain(tx.conn, second.id, tx.now) == store.InChain(second, True, False)
        assert await ask_one(tx.conn, store.later_in_chain(first, tx.now)) == [second.id]
        await ask_one(tx.conn, attempt_store.sent(first.id, "HTTP 200", "", tx.now))
        assert await store.find_delivery_in_chain(tx.conn, second.id, tx.now) == store.InChain(second, False, False)


async def test_an_attempt_that_died_is_kept_as_interrupted(db: Database, alice: int, clock: VirtualClock) -> None:
    async with db.transaction() as tx:
        ids = await service.notify(tx, page(alice))
    async with db.connection() as conn:
        assert await attempt_store.begin_attempt(conn, ids[0], "e", clock.now()) == 1
        clock.advance(timedelta(seconds=15))
        assert await attempt_store.begin_attempt(conn, ids[0], "e", clock.now()) == 2
        await attempt_store.end_attempt_failed(conn, ids[0], FailureReason.TIMEOUT, "did not answer", clock.now())
        deliveries = await service.list_deliveries(conn, "incident/42")
        attempts = await service.list_attempts(conn, deliveries)
    assert [(a.n, a.outcome, a.reason) for a in attempts] == [
        (1, "interrupted", None),
        (2, "failed", FailureReason.TIMEOUT),
    ]


async def test_a_link_is_read_often_and_used_once(db: Database, alice: int) -> None:
    async with db.transaction() as tx:
        ids = await service.notify(tx, page(alice))
    token = LINKS.url_for(ids[0]).removeprefix("https://tocsin.example.com/ack/")
    async with db.connection() as conn:
        for _ in range(3):
            link = await service.find_by_ack_token(conn, LINKS, token, db.clock.now())
            assert link
            assert link.refusal is None
    async with db.transaction() as tx:
        assert (await service.use_ack_token(tx, LINKS, token)).user_id == alice
        contacts = await list_contacts(tx.conn, alice)
        assert [c.proven_at for c in contacts] == [tx.now, None]
    async with db.transaction() as tx:
        with pytest.raises(Refused, match="has been used"):
            await service.use_ack_token(tx, LINKS, token)


async def test_a_link_lives_a_day_and_belongs_to_a_page(db: Database, alice: int, clock: VirtualClock) -> None:
    plain = MessageView(title="over")
    async with db.transaction() as tx:
        ids = await service.notify(tx, page(alice))
        others = await service.notify(
            tx, Notification(user_id=alice, topic="incident/9", purpose=Purpose.RESOLVED, message=plain)
        )
    clock.advance(timedelta(hours=24))
    async with db.transaction() as tx:
        for delivery_id, why in ((ids[0], "too old"), (others[0], "nothing to acknowledge")):
            token = LINKS.url_for(delivery_id).rsplit("/", 1)[1]
            with pytest.raises(Refused, match=why):
                await service.use_ack_token(tx, LINKS, token)
        with pytest.raises(NotFound):
            await service.use_ack_token(tx, LINKS, "x" * 43)
        assert await service.find_by_ack_token(tx.conn, LINKS, "forged", tx.now) is None


async def test_contacts_keep_their_identity_when_they_come_back(db: Database, alice: int) -> None:
    async with db.transaction() as tx:
        before = await list_contacts(tx.conn, alice)
        assert await list_rules(tx.conn, alice) == RULES
        await replace_contacts(tx, alice, [NTFY], RULES[1:], "tocsin.yaml")
        assert [c.kind for c in await list_contacts(tx.conn, alice)] == ["ntfy"]
        assert await list_rules(tx.conn, alice) == RULES[1:]
        await replace_contacts(tx, alice, [HOOK, NTFY], [], "tocsin.yaml")
        assert await list_contacts(tx.conn, alice) == before
        assert await list_rules(tx.conn, alice) == []


async def test_what_is_changed_this_instant_does_not_travel_with_another(db: Database, alice: int) -> None:
    """A sender that waited for it, while it held others back, could wait for ever (and did)."""
    ids: list[DeliveryId] = []
    async with db.transaction() as tx:
        for number in (41, 42, 43):
            ids.append((await service.notify(tx, replace(page(alice), topic=f"incident/{number}")))[0])
        for held in ids[1:]:
            await pace_store.update_held(tx.conn, held, "bundled", tx.now + timedelta(minutes=1))
    async with db.connection() as conn:
        leader = (await service.list_deliveries(conn, "incident/41"))[0]
    async with db.transaction() as busy, db.transaction() as sending:
        await busy.conn.execute("SELECT FROM delivery WHERE id = %s FOR UPDATE", (ids[1],))
        await sending.conn.execute("SET LOCAL lock_timeout = '5s'")
        assert [each.id for each in await pace_store.attach_held(sending.conn, leader)] == [ids[2]]
    async with db.connection() as conn:
        assert (await service.list_deliveries(conn, "incident/42"))[0].state is DeliveryState.WAITING
