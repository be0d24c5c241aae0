"""What somebody has taken and nobody works on is paged again (PAG-5): 30 minutes, 15 for the top level."""

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.world import World
from tocsin.incidents import regrading
from tocsin.paging.model import RunState

BURNING = {"job": "checkout", "severity": "critical"}


async def taken_by_alice(world: World, severity: str | None = "SEV-2") -> None:
    await world.declare("Checkout is slow", severity=severity, services=("checkout",))
    world.phone("alice").receives("page")
    await world.acknowledge("alice")


@pytest.mark.parametrize(("severity", "minutes"), [("SEV-1", 15), ("SEV-2", 30), (None, 30)])
async def test_nobody_acts_and_people_are_paged_again(world: World, severity: str | None, minutes: int) -> None:
    await taken_by_alice(world, severity)
    assert f"When nobody acts on it for {minutes} minutes, it is paged again." in (await world.explain()).next
    await world.passes(minutes=minutes, seconds=-1)
    world.nobody_else_is_paged()
    await world.passes(seconds=1)
    again = world.phone("alice").receives("page", saying=f"nobody has acted on it for {minutes} minutes")
    assert again.at == world.clock.now()
    await world.says(f"begins: @alice has it, and nobody has acted on it for {minutes} minutes.")
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")


async def test_any_sign_of_work_by_any_person_moves_it(world: World) -> None:
    await taken_by_alice(world)
    await world.passes(minutes=20)
    await world.works("bob")
    await world.passes(minutes=29)
    await world.works("alice")
    await world.passes(minutes=29)
    world.nobody_else_is_paged()
    await world.passes(minutes=1)
    world.phone("alice").receives("page", saying="nobody has acted")


async def test_what_programs_write_is_no_work(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING, instance="a")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.passes(minutes=20)
    await world.alert("HighErrorRate", **BURNING, instance="b")
    world.phone("alice").receives("info")
    await world.passes(minutes=10)
    world.phone("alice").receives("page", saying="nobody has acted")


async def test_whoever_answers_again_has_the_whole_time_again(world: World) -> None:
    await taken_by_alice(world)
    await world.passes(minutes=30)
    world.phone("alice").receives("page")
    await world.acknowledge("bob")
    world.phone("alice").receives("acknowledged")
    await world.passes(minutes=29)
    world.nobody_else_is_paged()
    await world.passes(minutes=1)
    world.phone("alice").receives("page", saying="@bob has it")


async def test_what_is_resolved_in_time_is_not_paged_again(world: World) -> None:
    await taken_by_alice(world)
    await world.passes(minutes=10)
    await world.resolve("alice")
    await world.passes(hours=2)
    world.phone("alice").receives("resolved")


async def test_a_resolution_and_a_reopening_leave_no_old_timer_behind(world: World) -> None:
    await taken_by_alice(world)
    await world.passes(minutes=10)
    await world.resolve("alice")
    world.phone("alice").receives("resolved")
    await world.reopen("alice", "not over")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.passes(minutes=29)
    world.nobody_else_is_paged()
    await world.passes(minutes=1)
    world.phone("alice").receives("page", saying="nobody has acted")


async def test_while_the_alerts_are_quiet_nobody_is_woken_for_it(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.clears("HighErrorRate", **BURNING)
    world.phone("alice").receives("info")
    await world.passes(hours=3)
    world.nobody_else_is_paged()
    assert (await world.explain()).state is RunState.ACKNOWLEDGED


async def test_what_is_taken_while_it_is_quiet_is_watched_too(world: World) -> None:
    await world.alert("Down", job="batch", severity="warning")
    await world.reassign("carol", "dave", "yours")
    await world.clears("Down", job="batch", severity="warning")
    assert (await world.explain()).state is RunState.STOPPED
    await world.acknowledge("dave")
    assert (await world.explain()).state is RunState.ACKNOWLEDGED
    world.airwaves.unread.clear()
    await world.passes(hours=3)
    world.nobody_else_is_paged()
    assert await world.rows("select key from job where key = 'ack-timeout:1'") == [("ack-timeout:1",)]


async def test_the_level_as_it_is_now_counts(world: World) -> None:
    await taken_by_alice(world)
    async with world.db.transaction() as tx:
        await regrading.change_severity(tx, (await world.see()).id, "SEV-1", "@carol", "worse")
    await world.worker.drain()
    world.airwaves.unread.clear()
    await world.passes(minutes=30)
    world.phone("alice").receives("page", saying="nobody has acted on it for 15 minutes")


async def test_an_own_time_of_the_profile_counts(world: World) -> None:
    await world.configure(ORGANISATION.replace("severity_profile: sre", "severity_profile: classic"))
    await taken_by_alice(world, "SEV1")
    await world.passes(minutes=15)
    world.phone("alice").receives("page", saying="for 15 minutes")
