"""The announce channel (LIF-9) and the end of an incident (RES-3): what is posted, to whom, once."""

from collections.abc import AsyncIterator

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.channels import Received
from tests.support.configured import configured_world
from tests.support.postgres import Server
from tests.support.world import World
from tocsin.comms import updates
from tocsin.comms.model import UpdateDraft
from tocsin.incidents import privacy, regrading
from tocsin.incidents import service as incidents
from tocsin.kernel.clock import VirtualClock

ANNOUNCING = ORGANISATION.replace(
    "severity_profile: sre}",
    """severity_profile: sre, announce: [{email: incidents@example.com},
    {webhook: "https://hooks.example.com/announce", drills: false}]}""",
)


@pytest.fixture
async def world(postgres_server: Server, clock: VirtualClock) -> AsyncIterator[World]:
    async with configured_world(postgres_server, clock, ANNOUNCING) as world:
        yield world


def announced(world: World) -> list[tuple[str, Received]]:
    """What has come to the announce channel since the last look, by the channel's kind."""
    found = [each for each in world.airwaves.unread if each.user_id is None]
    for each in found:
        world.airwaves.unread.remove(each)
    return [(each.kind, each) for each in found]


async def test_a_declaration_is_posted_once_by_each_way_with_its_fields(world: World) -> None:
    await world.declare("Nobody can pay", severity="SEV-1", services=("checkout",), impact="No card works")
    world.phone("alice").receives("page")
    (first, mail), (second, hook) = announced(world)
    assert {first, second} == {"email", "webhook"}
    assert mail.view.subject == "[SEV-1] INC-1 Nobody can pay"
    assert mail.view.event == hook.view.event == "incident.declared"
    for words in (
        "SEV-1 has been declared for checkout.",
        "Impact: No card works",
        "Updates: every 15 minutes",
        "War room: https://tocsin.example.com/incidents/INC-1",
    ):
        assert words in mail.view.what
    await world.passes(minutes=1)
    assert announced(world) == []
    await world.acknowledge("alice")


async def test_levels_and_the_end_are_posted_and_each_person_reads_one_message(world: World) -> None:
    await world.declare("Nobody can pay", severity="SEV-2", services=("checkout",))
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    announced(world)
    await world.grade("alice", "SEV-1")
    (_, raised), _ = announced(world)
    assert raised.view.subject == "[SEV-1] INC-1 was SEV-2: Nobody can pay"
    assert "more is known" in raised.view.what
    await world.works("carol")
    await world.passes(minutes=5)
    await world.resolve("alice", reason="rolled back v17")
    (_, over), _ = announced(world)
    told = world.phone("alice").receives("resolved")
    assert told.view.what == over.view.what
    assert told.view.subject == "[RESOLVED] INC-1 Nobody can pay"
    for words in (
        "Resolved by @alice. rolled back v17.",
        "Duration: 5 minutes",
        "What fixed it: rolled back v17",
        "Monitoring: for another 15 minutes",
        "Postmortem: is scheduled by 2026-11-04 03:05 UTC, published by 2026-11-05 03:05 UTC",
        "Thank you, alice, carol.",
    ):
        assert words in told.view.what


async def test_what_is_over_again_says_so_and_is_told_again(world: World) -> None:
    await world.declare("Nobody can pay", severity="SEV-2", services=("checkout",))
    await world.acknowledge("alice")
    await world.resolve("alice")
    await world.reopen("alice", "not over")
    await world.passes(seconds=11)
    await world.acknowledge("alice")
    world.airwaves.unread.clear()
    await world.resolve("alice", reason="now it is")
    assert "Resolved for the 2nd time by @alice. now it is." in world.phone("alice").receives("resolved").view.what
    assert len(announced(world)) == 2


async def test_a_drill_is_marked_and_not_posted_where_drills_are_not_wanted(world: World) -> None:
    await world.declare("Only practice", severity="SEV-1", services=("checkout",), is_drill=True)
    world.phone("alice").receives("page")
    ((kind, mail),) = announced(world)
    assert (kind, mail.view.subject) == ("email", "[DRILL] [SEV-1] INC-1 Only practice")
    await world.acknowledge("alice")
    await world.grade("alice", "SEV-2")
    await world.resolve("alice")
    assert world.phone("alice").receives("resolved").view.subject.startswith("[DRILL] [RESOLVED]")
    assert [each.view.subject[:8] for _, each in announced(world)] == ["[DRILL] ", "[DRILL] "]


async def live_through(world: World) -> None:
    """Taken, raised, spoken of and resolved, by somebody who sees it."""
    async with world.db.transaction() as tx:
        await incidents.acknowledge(tx, 1, "@alice", "cli")
        await regrading.change_severity(tx, 1, "SEV-2", "@alice", "more is known")
        await updates.post_update(tx, 1, UpdateDraft(text="Rotating the keys"), "@alice")
        await incidents.resolve(tx, 1, "@alice")
    await world.worker.drain()


async def test_nothing_of_a_private_incident_is_posted(world: World) -> None:
    await world.declare("Keys have leaked", severity="SEV-1", services=("checkout",), is_private=True)
    world.phone("alice").receives("page")
    await live_through(world)
    world.phone("alice").receives("resolved")
    assert announced(world) == []


async def test_what_becomes_private_is_posted_no_more(world: World) -> None:
    await world.declare("Keys have leaked", severity="SEV-1", services=("checkout",))
    world.phone("alice").receives("page")
    announced(world)
    async with world.db.transaction() as tx:
        await privacy.make_private(tx, 1, "@alice", "security")
    await live_through(world)
    world.phone("alice").receives("resolved")
    assert announced(world) == []


async def test_an_update_goes_there_too(world: World) -> None:
    await world.declare("Nobody can pay", severity="SEV-1", services=("checkout",))
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    announced(world)
    async with world.db.transaction() as tx:
        await updates.post_update(tx, 1, UpdateDraft(text="Rolling back"), "@alice")
    await world.worker.drain()
    assert [each.view.event for _, each in announced(world)] == ["incident.updated"] * 2
