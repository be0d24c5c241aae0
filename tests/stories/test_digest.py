"""Each Monday morning the team and a webhook are told who is on call now and next."""

from collections.abc import AsyncIterator

import pytest

from tests.support.world import World, new_world
from tocsin.kernel.clock import VirtualClock

DIGEST = """
users:
  - {name: root, email: root@example.com, role: admin}
  - {name: alice, email: alice@example.com}
  - {name: bob, email: bob@example.com}
  - {name: carol, email: carol@example.com}
teams:
  - {name: payments, members: [alice, bob], leads: [carol]}
schedules:
  - name: primary
    team: payments
    time_zone: UTC
    layers: [{name: week, rotation: weekly, handover: "Monday 09:00", starts: 2026-01-05, users: [alice, bob]}]
digests:
  - {name: week, at: "Monday 08:00", team: payments, webhook: "https://hooks.example.com/on-call"}
"""


@pytest.fixture
async def world(dsn: str, clock: VirtualClock) -> AsyncIterator[World]:
    async with new_world(dsn, clock, with_insights={"insights.digest"}) as world:
        await world.configure(DIGEST)
        yield world


async def test_the_team_and_the_webhook_are_told_once_a_week(world: World) -> None:
    await world.passes(hours=4, minutes=55)
    world.nobody_else_is_paged()
    await world.passes(minutes=10)
    said = "alice until Mon 2 Nov 09:00 UTC, then bob"
    for who in ("alice", "bob"):
        assert [line.value for line in world.phone(who).receives("notice", saying="Who is on call").view.lines] == [
            said
        ]
    (called,) = world.airwaves.unread
    assert (called.user_id, called.kind, called.view.lines[0].value) == (None, "webhook", said)
    assert called.delivery.address == "https://hooks.example.com/on-call"
    world.airwaves.unread.clear()
    await world.passes(hours=24 * 6)


async def test_without_its_entry_nobody_is_told(world: World) -> None:
    await world.configure(DIGEST[: DIGEST.index("digests:")])
    await world.passes(hours=10)
    assert await world.rows("select name from digest") == []
