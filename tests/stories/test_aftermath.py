"""After a resolution (RES-3): follow-ups and the appointment for the postmortem, once; taken back when it reopens."""

from collections.abc import AsyncIterator

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.configured import configured_world
from tests.support.postgres import Server
from tests.support.world import World
from tocsin.incidents import tasks
from tocsin.kernel.clock import VirtualClock
from tocsin.mitigation import service as mitigation
from tocsin.mitigation.model import MitigationDraft
from tocsin.verification.jobs import FOLLOW_UP


@pytest.fixture
async def world(postgres_server: Server, clock: VirtualClock) -> AsyncIterator[World]:
    async with configured_world(postgres_server, clock, ORGANISATION, kinds=(FOLLOW_UP,)) as world:
        yield world


async def texts(world: World) -> list[str]:
    async with world.db.connection() as conn:
        return [task.text for task in await tasks.list_tasks(conn, (await world.see()).id)]


async def over(world: World) -> None:
    await world.resolve("alice", reason="rolled back")
    world.phone("alice").receives("resolved")


async def test_everybody_who_took_part_is_invited_once_and_the_follow_ups_are_there(world: World) -> None:
    await world.declare("Checkout fails", services=("checkout",), severity="SEV-1")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.works("bob")
    async with world.db.transaction() as tx:
        draft = MitigationDraft(what="restart every hour", is_temporary=True)
        await mitigation.begin(tx, (await world.see()).id, draft, "@alice")
    await over(world)
    sent = {name: world.phone(name).receives("notice", by="email", saying="you took part") for name in ("alice", "bob")}
    for message in sent.values():
        invitation = message.view.invitation
        assert invitation is not None
        assert (invitation.sequence, invitation.is_cancelled) == (0, False)
        assert (invitation.starts_at - world.clock.now()).total_seconds() >= 12 * 3600
    assert await texts(world) == [
        "Permanent fix in place of the temporary mitigation 1: restart every hour.",
        "Monitoring gap: let an alert find this, since a person noticed it.",
        "Documentation: write what helped into the runbooks of checkout.",
    ]
    await world.says("The postmortem is on Mon 2026-11-02 15:00 UTC; alice and bob are invited.")


async def test_a_reopened_incident_takes_it_back_and_the_next_end_invites_anew(world: World) -> None:
    await world.declare("Checkout fails", services=("checkout",), severity="SEV-1")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await over(world)
    first = world.phone("alice").receives("notice").view.invitation
    await world.reopen("alice", "it is back")
    world.phone("alice").receives("page")
    second = world.phone("alice").receives("notice", saying="called off").view.invitation
    await world.acknowledge("alice")
    await over(world)
    third = world.phone("alice").receives("notice").view.invitation
    assert first is not None
    assert second is not None
    assert third is not None
    assert {each.uid for each in (first, second, third)} == {first.uid}
    assert [(each.sequence, each.is_cancelled) for each in (first, second, third)] == [
        (0, False),
        (1, True),
        (2, False),
    ]
    assert len(await texts(world)) == len(set(await texts(world)))


async def test_levels_without_a_postmortem_invite_nobody(world: World) -> None:
    await world.declare("Checkout is slow", services=("checkout",), severity="SEV-4")
    await world.passes(hours=8)
    await world.acknowledge("alice")
    world.airwaves.unread.clear()
    await world.resolve("alice", reason="gone")
    world.airwaves.unread.clear()
    assert await texts(world) == []
    assert not [entry for entry in await world.timeline() if entry.kind == "PostmortemScheduled"]
