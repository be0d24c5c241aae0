"""Quiet hours at work (PAG-3): what waits, what does not, what the ledger says, and whose they are to change."""

from datetime import UTC, datetime, time, timedelta

import pytest
from msgspec.structs import replace

from tocsin.accounts.model import User, UserDraft
from tocsin.accounts.service import upsert_user
from tocsin.db.database import Database
from tocsin.delivery import contacts, service
from tocsin.delivery.model import (
    ContactDraft,
    MessageView,
    Notification,
    NotificationRule,
    Purpose,
    QuietHours,
    Urgency,
)
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.ledger import list_entries

# The clock of the tests stands at Monday 2026-03-02 10:00 UTC, 11:00 in Berlin.
QUIET = QuietHours(days=tuple(range(7)), begin=time(22), to=time(12), time_zone="Europe/Berlin")
ENDS = datetime(2026, 3, 2, 11, tzinfo=UTC)
RULES = [
    NotificationRule(Urgency.LOW, "email", timedelta(0)),
    NotificationRule(Urgency.LOW, "ntfy", timedelta(minutes=5)),
]
NTFY = ContactDraft("ntfy", "https://ntfy.example.com/alice")
LOW = Notification(
    user_id=0, topic="incident/1", purpose=Purpose.PAGE, message=MessageView(title="x"), urgency=Urgency.LOW
)


@pytest.fixture
async def alice(db: Database) -> User:
    async with db.transaction() as tx:
        draft = UserDraft("alice", "alice@example.com", time_zone="Europe/Berlin")
        user = await upsert_user(tx, draft, managed_by=None, actor="tocsin")
        await contacts.replace_contacts(tx, user.id, [NTFY], RULES, None)
        await contacts.set_quiet_hours(tx, user, QUIET, "@alice")
        return user


async def due(db: Database, notification: Notification) -> list[datetime]:
    async with db.transaction() as tx:
        await service.notify(tx, notification)
        return [each.due_at for each in await service.list_deliveries(tx.conn, notification.topic)]


async def test_low_urgency_waits_for_their_end_and_says_why(db: Database, alice: User) -> None:
    assert await due(db, replace(LOW, user_id=alice.id)) == [ENDS, ENDS + timedelta(minutes=5)]
    async with db.connection() as conn:
        said = [each.sentence for each in await list_entries(conn, "incident/1")]
    assert said == [
        "Page to @alice by email is held until 11:00:00 UTC: low urgency, and quiet hours until 12:00 CET.",
        "Page to @alice by ntfy is held until 11:00:00 UTC: low urgency, and quiet hours until 12:00 CET.",
    ]


async def test_what_is_urgent_or_of_the_worst_level_does_not_wait(db: Database, alice: User) -> None:
    now = db.clock.now()
    assert await due(db, replace(LOW, user_id=alice.id, topic="incident/2", urgency=Urgency.HIGH)) == [now]
    assert await due(db, replace(LOW, user_id=alice.id, topic="incident/3", is_top_level=True)) == [now]


async def test_they_are_changed_by_whoever_gives_them(db: Database, alice: User) -> None:
    async with db.transaction() as tx:
        with pytest.raises(Invalid):
            await contacts.set_quiet_hours(tx, alice, replace(QUIET, to=time(22)), "@alice")
        await contacts.replace_contacts(tx, alice.id, [NTFY], [], "tocsin.yaml")
        assert (await contacts.ways_of(tx.conn, alice)).habit.quiet == QUIET  # the file leaves them to her
        await contacts.replace_contacts(tx, alice.id, [NTFY], [], "tocsin.yaml", replace(QUIET, to=time(6)))
        with pytest.raises(Refused, match=r"managed by tocsin\.yaml"):
            await contacts.set_quiet_hours(tx, alice, None, "@alice")
        with pytest.raises(Refused, match=r"managed by tocsin\.yaml"):
            await contacts.replace_rules(tx, alice, RULES, "@alice")
        await contacts.replace_contacts(tx, alice.id, [NTFY], [], "tocsin.yaml")
        ways = await contacts.ways_of(tx.conn, alice)
        assert (ways.habit.quiet, ways.habit.managed_by, ways.rules) == (None, None, ())
        await contacts.set_quiet_hours(tx, alice, None, "@alice")
    assert await due(db, replace(LOW, user_id=alice.id)) == [db.clock.now()]
