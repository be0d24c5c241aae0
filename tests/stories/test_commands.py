"""What a responder says to the pager (PAG-4), in virtual time: page the next, escalate now, and I have it."""

from datetime import timedelta

import pytest

from tests.support.world import World
from tocsin.kernel.errors import Refused
from tocsin.paging.model import PageState, RunState

BURNING = {"job": "checkout", "severity": "critical"}


async def test_a_person_need_not_wait_for_the_next_step(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.escalate("alice")
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    await world.says("Escalation goes on with step 2 of 2: @alice asked for it.")
    await world.passes(minutes=9)
    world.nobody_else_is_paged()
    await world.acknowledge("alice")
    world.phone("bob").receives("acknowledged")
    world.phone("carol").receives("acknowledged")


async def test_whoever_has_taken_it_can_call_for_the_next_step(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.passes(minutes=12)
    await world.escalate("alice", "the database is not mine")
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    await world.says("Escalation goes on with step 2 of 2: @alice asked for it: the database is not mine.")
    assert (await world.see()).acknowledged_by == "@alice"
    await world.acknowledge("bob")
    world.phone("alice").receives("acknowledged", saying="@bob has acknowledged")
    world.phone("carol").receives("acknowledged")
    assert (await world.see()).acknowledged_by == "@bob"


async def test_there_is_no_next_step_at_the_end_of_the_ladder_and_none_when_it_is_over(world: World) -> None:
    await world.alert("NightlyFailed", job="batch", severity="critical")
    world.phone("carol").receives("page")
    with pytest.raises(Refused) as refused:
        await world.escalate("carol")
    assert refused.value.message == "The ladder of INC-1 is at its end: there is no next step."
    assert refused.value.remedy == "Allowed now: ack, decline, snooze, reassign, add-responder, resolve."
    await world.resolve("carol")
    world.phone("carol").receives("resolved")
    with pytest.raises(Refused) as refused:
        await world.escalate("carol")
    assert refused.value.message == "INC-1 is resolved: nobody is called for it."
    assert "tocsin reopen INC-1" in refused.value.remedy


async def test_who_declines_is_out_for_this_run_and_the_next_step_goes_at_once(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.passes(minutes=1)
    await world.decline("alice", "on a train")
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    await world.says("alice declines: on a train.")
    await world.says("Escalation goes on with step 2 of 2: alice has declined.")
    await world.passes(minutes=10)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    await world.says("Step 1 of 2 (round 2) reaches nobody: alice has declined.")
    await world.passes(minutes=10)
    world.phone("bob").receives("page")
    assert [call.state for call in (await world.explain()).calls if call.who == "alice"] == [PageState.DECLINED]


async def test_others_of_the_step_are_waited_for_before_the_next_one_goes(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    await world.decline("bob")
    world.nobody_else_is_paged()
    await world.decline("carol")
    world.phone("alice").receives("page")
    await world.says("Escalation goes on with step 1 of 2 (round 2): bob and carol have declined.")


async def test_when_everybody_declines_the_administrators_are_told(world: World) -> None:
    await world.alert("NightlyFailed", job="batch", severity="critical")
    world.phone("carol").receives("page")
    await world.decline("carol")
    world.phone("root").receives("page")
    assert (await world.explain()).state is RunState.EXHAUSTED
    await world.says("Administrator root is told instead.")
    await world.decline("root")
    world.nobody_else_is_paged()


async def test_the_other_ways_of_who_declines_are_called_off(world: World) -> None:
    await world.alert("SlowSearch", job="search", severity="critical")
    world.phone("dave").receives("page", by="email")
    await world.decline("dave")
    world.phone("alice").receives("page")
    await world.passes(minutes=5)
    world.nobody_else_is_paged()


async def test_who_is_not_called_has_nothing_to_decline(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    with pytest.raises(Refused) as refused:
        await world.decline("bob")
    assert refused.value.message == "You are not being called for INC-1: there is nothing to decline."
    assert "escalate" in refused.value.remedy
    await world.acknowledge("alice")
    with pytest.raises(Refused, match="@alice has taken INC-1"):
        await world.decline("alice")


async def test_a_new_run_calls_again_who_had_declined(world: World) -> None:
    begun = world.clock.now()
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.decline("alice")
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    await world.resolve("bob")
    for name in ("alice", "bob", "carol"):
        world.phone(name).receives("resolved")
    await world.reopen("bob", "it is back")
    assert world.phone("alice").receives("page").at - begun < timedelta(minutes=1)
