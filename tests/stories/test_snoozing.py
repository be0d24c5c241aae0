"""Quiet for a while (PAG-4), in virtual time: whoever wanted it is called again, unless it is over or gets worse."""

from datetime import timedelta

import pytest

from tests.stories.test_worse import fires, taken_by_alice
from tests.support.world import World
from tocsin.incidents import regrading
from tocsin.kernel.errors import Invalid, Refused
from tocsin.paging.model import RunState

BURNING = {"job": "checkout", "severity": "critical"}


async def test_it_is_taken_and_quiet_and_then_its_holder_is_called_again(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.snooze("alice", 30, "the vendor works on it")
    assert (await world.see()).acknowledged_by == "@alice"
    await world.says("@alice wants quiet until 03:30 UTC: the vendor works on it.")
    story = await world.explain()
    assert story.now == "@alice has INC-1 and wants quiet until 03:30:00 UTC; nobody is called."
    assert story.next == "At 03:30:00 UTC @alice is called again, unless it is resolved."
    await world.passes(minutes=29)
    world.nobody_else_is_paged()
    await world.passes(minutes=1)
    page = world.phone("alice").receives("page", saying="The quiet that was asked for is over, and it is not resolved")
    assert page.view.why_you == "By name: the quiet until 03:30 UTC is over."
    await world.passes(minutes=5)
    world.phone("alice").receives("page")
    await world.says("Escalation goes on with step 1 of 2: nobody acknowledged within 5 minutes.")


async def test_a_second_snooze_takes_the_place_of_the_first_longer_or_shorter(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    begun = world.clock.now()
    await world.snooze("alice", 30)
    await world.snooze("alice", 60)
    await world.passes(minutes=59)
    world.nobody_else_is_paged()
    await world.snooze("alice", 120)
    await world.snooze("alice", 6)
    await world.passes(minutes=6)
    assert world.phone("alice").receives("page").at == begun + timedelta(minutes=65)
    await world.acknowledge("alice")
    await world.passes(minutes=29)


async def test_what_is_resolved_meanwhile_is_not_called_again(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.snooze("alice", 30)
    await world.resolve("bob")
    world.phone("alice").receives("resolved")
    await world.passes(hours=2)


async def test_more_of_the_same_is_not_told_while_it_is_quiet(world: World) -> None:
    await world.alert("HighErrorRate", instance="a", **BURNING)
    world.phone("alice").receives("page")
    await world.snooze("alice", 30)
    await world.alert("HighErrorRate", instance="b", **BURNING)
    await world.passes(minutes=10)
    world.nobody_else_is_paged()


async def test_a_raised_severity_ends_the_quiet_and_a_lowered_one_does_not(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.snooze("alice", 30)
    await world.passes(minutes=5)
    for severity in ("SEV-3", "SEV-1"):
        world.nobody_else_is_paged()
        async with world.db.transaction() as tx:
            await regrading.change_severity(tx, (await world.see()).id, severity, "@bob", "more is known")
        await world.worker.drain()
    world.phone("alice").receives("page", saying="Severity SEV-3 → SEV-1")
    assert (await world.explain()).state is RunState.RUNNING
    await world.acknowledge("alice")
    await world.passes(minutes=14)


async def test_who_takes_what_another_wanted_quiet_for_works_on_it(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.snooze("alice", 30)
    await world.acknowledge("bob")
    assert (await world.explain()).now == "@bob has acknowledged INC-1; nobody else is called."
    await world.passes(minutes=29)
    world.nobody_else_is_paged()


async def test_when_its_holder_cannot_be_called_the_ladder_begins(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.snooze("bob", 30)
    world.phone("alice").receives("acknowledged")
    await world.disable("bob")
    await world.passes(minutes=30)
    world.phone("alice").receives("page")
    await world.says("Escalation goes on with step 1 of 2: the quiet until 03:30 UTC is over.")


@pytest.mark.parametrize("minutes", [0, 0.5, 24 * 60 + 1])
async def test_quiet_has_its_bounds(world: World, minutes: float) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    with pytest.raises(Invalid, match="1 minute to 24 hours"):
        await world.snooze("alice", minutes)
    assert (await world.see()).acknowledged_by is None


async def test_what_is_over_is_quiet_anyway(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.resolve("alice")
    world.phone("alice").receives("resolved")
    with pytest.raises(Refused, match="INC-1 is resolved"):
        await world.snooze("alice", 30)


async def test_quiet_that_ends_in_maintenance_is_held_until_its_end(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.snooze("alice", 30)
    await world.work_on("checkout", after=20, minutes=60)
    await world.passes(minutes=79)
    world.airwaves.unread.clear()  # that its paging is held
    assert (await world.explain()).state is not RunState.RUNNING
    await world.passes(minutes=1)
    world.phone("alice").receives("page")
    await world.acknowledge("alice")


async def test_an_alert_that_is_worse_ends_the_quiet_and_more_of_the_same_does_not(world: World) -> None:
    await taken_by_alice(world)
    await world.snooze("alice", 60)
    await fires(world, "warning", "b")
    await world.passes(minutes=5)
    world.nobody_else_is_paged()
    await fires(world, "critical", "c")
    await world.passes(minutes=1)
    world.phone("alice").receives("page", saying="It would be a SEV-2")
    await world.acknowledge("alice")
    await world.passes(minutes=28)
    world.nobody_else_is_paged()
