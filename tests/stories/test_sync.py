"""The recurring sync of a large team (ROL-1), in virtual time: called together every half hour, until it is over."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.world import World, new_world
from tocsin.incidents import assigning, syncing
from tocsin.incidents import service as incidents
from tocsin.incidents.jobs import SYNC
from tocsin.incidents.model import TeamSize
from tocsin.incidents.roles import RoleName
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Refused

HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
async def world(dsn: str, clock: VirtualClock) -> AsyncIterator[World]:
    async with new_world(dsn, clock, kinds=(SYNC,)) as world:
        pattern = "organisation: {war_room: 'https://meet.example.com/{id}', "
        await world.configure(ORGANISATION.replace("organisation: {", pattern))
        yield world


async def begin(world: World, size: TeamSize | None = TeamSize.LARGE) -> None:
    """alice commands, bob writes it all down; what else they are told in the first minutes is of no matter here."""
    await world.declare("Checkout answers 500", severity="SEV-1", commander="alice", team_size=size)
    async with world.db.transaction() as tx:
        await incidents.acknowledge(tx, 1, "@alice", "cli")
        await assigning.assign(tx, 1, RoleName.SCRIBE, "bob", "@bob")
    await world.worker.drain()


async def next_sync(world: World) -> timedelta | None:
    """How long until then."""
    async with world.db.connection() as conn:
        at = await syncing.next_sync_at(conn, 1)
    return at - world.clock.now() if at is not None else None


async def switch(world: World, *, on: bool) -> None:
    async with world.db.transaction() as tx:
        await syncing.switch(tx, 1, "@alice", on=on)


async def resize(world: World, size: TeamSize) -> None:
    async with world.db.transaction() as tx:
        await assigning.set_team_size(tx, 1, size, "@alice")


async def test_everybody_with_a_role_is_called_together_with_agenda_and_link(world: World) -> None:
    await begin(world)
    assert await next_sync(world) == HALF_AN_HOUR
    await world.passes(minutes=30)
    for name in ("alice", "bob"):
        told = world.phone(name).receives("info", saying="The sync of INC-1 is now.")
        lines = {line.label: line.value for line in told.view.lines}
        assert lines["Join the call"] == "https://meet.example.com/INC-1"
        assert "5. The commander speaks last: decisions, and who does what." in lines["Agenda"]
    await world.says("Sync now at https://meet.example.com/INC-1: 1. What has changed")
    assert await next_sync(world) == HALF_AN_HOUR
    await world.passes(minutes=30)
    world.phone("bob").receives("info", saying="The sync of INC-1 is now.")
    await world.resolve("alice")
    await world.passes(minutes=60)
    assert await next_sync(world) is None
    world.airwaves.unread.clear()


async def test_it_can_be_switched_off_and_on(world: World) -> None:
    await begin(world)
    await switch(world, on=False)
    assert await next_sync(world) is None
    await world.says("@alice has switched the sync off.")
    with pytest.raises(Refused, match="The sync of INC-1 is off already"):
        await switch(world, on=False)
    await switch(world, on=True)
    assert await next_sync(world) == HALF_AN_HOUR
    world.airwaves.unread.clear()


async def test_only_a_large_team_has_one(world: World) -> None:
    await begin(world, None)
    assert await next_sync(world) is None
    await resize(world, TeamSize.LARGE)
    assert await next_sync(world) == HALF_AN_HOUR
    await resize(world, TeamSize.SMALL)
    assert await next_sync(world) is None
    world.airwaves.unread.clear()
