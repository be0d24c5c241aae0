"""Every half hour somebody says again how bad it is; what becomes known is proposed, and a person decides (CLS-3)."""

from collections.abc import AsyncIterator

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.configured import configured_world
from tests.support.postgres import Server
from tests.support.world import World
from tocsin.incidents.jobs import REASSESS
from tocsin.kernel.clock import VirtualClock


@pytest.fixture
async def room(postgres_server: Server, clock: VirtualClock) -> AsyncIterator[World]:
    async with configured_world(postgres_server, clock, ORGANISATION, kinds=(REASSESS,)) as world:
        yield world


async def taken_by_alice(world: World) -> None:
    await world.declare("Slow", severity="SEV-3", services=("checkout",))
    world.phone("alice").receives("page")
    await world.acknowledge("alice")


async def test_a_proposal_is_repeated_until_it_is_answered(room: World) -> None:
    await taken_by_alice(room)
    await room.learns("alice", users_affected="30%")
    await room.says("Raise it, or keep the level and say why: tocsin severity INC-1 SEV-2 --why TEXT.")
    await room.passes(minutes=29)
    room.nobody_else_is_paged()
    await room.works("alice")
    await room.passes(minutes=1)
    asked = room.phone("alice").receives("info", saying="assesses to SEV-2")
    assert asked.view.url == "https://tocsin.example.com/incidents/INC-1"
    await room.grade("alice", "SEV-2")
    await room.says("From now on: updates every 30m (15m before)")
    await room.passes(minutes=29)
    room.nobody_else_is_paged()
    await room.works("alice")
    await room.passes(minutes=1)
    room.phone("alice").receives("info", saying="Is INC-1 still a SEV-2? Say what has become known")
    room.airwaves.unread.clear()
    await room.resolve("alice")
    room.airwaves.unread.clear()
    await room.passes(hours=2)


async def test_what_nobody_has_taken_is_asked_on_the_timeline_alone(room: World) -> None:
    await room.declare("Slow", severity="SEV-3")
    room.airwaves.unread.clear()
    await room.passes(minutes=30)
    room.airwaves.unread.clear()  # administrators are told that nobody is called
    await room.says("Is INC-1 still a SEV-3?")


async def test_reopening_begins_a_round_again(room: World) -> None:
    await taken_by_alice(room)
    await room.resolve("alice")
    await room.reopen("alice", "it is back")
    room.airwaves.unread.clear()
    await room.acknowledge("alice")
    await room.works("alice")
    await room.passes(minutes=30)
    room.phone("alice").receives("info", saying="Is INC-1 still a SEV-3?")
    room.airwaves.unread.clear()


async def test_alerts_that_say_how_bad_it_is_leave_that_on_record(world: World) -> None:
    await world.alert("Failing", job="graded")
    world.phone("alice").receives("page")
    rows = await world.rows("SELECT facts, suggested, kept, kept_by FROM incident_facts")
    assert rows == [({"users_affected": "35%"}, "SEV-2", "SEV-2", "tocsin")]
    await world.grade("bob", "SEV-3")
    assert await world.rows("SELECT suggested, kept, kept_by FROM incident_facts") == [("SEV-2", "SEV-3", "@bob")]
    await world.says("Whoever was called stays called, and what is under way goes on.")
