"""Whether a page would reach people is found out in their working hours, and a proof that was missed on Friday shows
before the weekend."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from tests.support.channels import Received
from tests.support.configured import configured_world
from tests.support.postgres import Server
from tests.support.world import EVERYTHING, World
from tocsin.delivery.model import Purpose
from tocsin.insights import reachability
from tocsin.insights.reachability_jobs import reachability_kinds
from tocsin.insights.reachability_model import Doubt
from tocsin.kernel.clock import VirtualClock
from tocsin.oncall.change_model import LeaveDraft
from tocsin.oncall.leave import add_leave

ORGANISATION = """
organisation: {name: Example, time_zone: UTC, severity_profile: sre}
users:
  - {name: root, email: root@example.com, role: admin}
  - name: alice
    email: alice@example.com
    contacts: [{ntfy: "https://ntfy.example.com/alice"}]
    notify: {high: [{ntfy: 0m}], low: [{email: 0m}]}
  - {name: bob, email: bob@example.com}
  - {name: carol, email: carol@example.com}
  - {name: dave, email: dave@example.com}
teams:
  - {name: payments, members: [alice, bob, carol, dave]}
schedules:
  - name: primary
    team: payments
    time_zone: UTC
    layers: [{name: week, rotation: weekly, handover: "Monday 09:00", starts: 2026-01-05, users: [alice, bob]}]
escalation_policies:
  - name: ladder
    steps: [{notify: [schedule:primary], wait: 5m}, {notify: [user:carol], wait: 5m}]
"""
PEOPLE = ("alice", "bob", "carol", "dave")


@pytest.fixture
def clock() -> VirtualClock:
    """Thursday, 19 November, 13:50."""
    return VirtualClock(datetime(2026, 11, 19, 13, 50, tzinfo=UTC))


@pytest.fixture
async def world(postgres_server: Server, clock: VirtualClock) -> AsyncIterator[World]:
    kinds = reachability_kinds(("email", "ntfy"), timedelta(days=7))
    async with configured_world(postgres_server, clock, ORGANISATION, kinds=kinds) as world:
        yield world


async def doubts(world: World, *names: str) -> dict[str, Doubt]:
    async with world.db.connection() as conn:
        return await reachability.doubts(conn, names or PEOPLE, world.clock.now())


async def test_a_proof_missed_on_friday_shows_before_the_weekend(world: World) -> None:
    """Nobody is asked on the day on which they are named, then each once; dave, whom nothing calls, never."""
    await world.passes(minutes=10)
    world.nobody_else_is_paged()
    assert set(await doubts(world)) == {"alice", "bob", "carol", "dave"}

    world.clock.set(datetime(2026, 11, 20, 8, 59, tzinfo=UTC))
    test = await answers_of_the_day(world)
    assert not await doubts(world, "alice", "carol")
    found = (await doubts(world, "bob"))["bob"]
    assert found.sentence == "bob has not answered the test by email"
    assert found.since is not None
    assert found.since <= datetime(2026, 11, 20, 17, 0, tzinfo=UTC)

    await world.follows_link(test)
    assert not await doubts(world, "bob")


async def answers_of_the_day(world: World) -> Received:
    """alice and carol answer at once what comes to them; bob answers nothing, until Friday 17:05. Gives his test."""
    asked: list[tuple[str, str]] = []
    for _ in range(9 * 4 - 3):
        await world.passes(minutes=15)
        for message in [each for each in world.airwaves.unread if each.purpose is Purpose.TEST]:
            name = world.name_of(message.user_id)
            if name == "bob":
                continue
            asked.append((name, message.kind))
            await world.follows_link(world.phone(name).receives("test", by=message.kind))
    assert sorted(asked) == [("alice", "email"), ("alice", "ntfy"), ("carol", "email")]
    test = world.phone("bob").receives("test", saying="with one tap")
    reminder = world.phone("bob").receives("notice", saying="A test by email waits for your answer")
    missed = world.phone("bob").receives("notice", saying="You have not answered the test by email")
    assert (reminder.at - test.at, missed.at - test.at) == (timedelta(minutes=90), timedelta(hours=3))
    world.nobody_else_is_paged()
    return test


async def test_a_test_waits_for_whoever_is_paged_or_on_leave(world: World) -> None:
    await world.declare("Checkout 5xx", by="dave")
    leave = LeaveDraft(user="carol", starts_at=world.clock.now(), ends_at=world.clock.now() + timedelta(days=2))
    async with world.db.transaction() as tx:
        await add_leave(tx, EVERYTHING, leave)
        now = tx.now
        found = await reachability.load_responders(tx.conn, now, now + timedelta(days=1))
    assert {each.name: (each.is_paged, each.is_away) for each in found} == {
        "alice": (False, False),
        "bob": (True, False),
        "carol": (False, True),
    }
    world.phone("bob").receives("page")
