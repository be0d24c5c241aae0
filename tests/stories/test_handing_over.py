"""Bringing in others by name (PAG-4), in virtual time: hand over, ask for help."""

from datetime import timedelta

import pytest

from tests.support.world import World
from tocsin.accounts import service as accounts
from tocsin.accounts.model import Role, UserDraft
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.paging.model import PageState, RunState

BURNING = {"job": "checkout", "severity": "critical"}


async def burning(world: World) -> None:
    """HighErrorRate fires and alice has it."""
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.acknowledge("alice")


async def test_who_is_named_is_called_now_and_the_holder_is_told_when_another_hands_it_over(world: World) -> None:
    await burning(world)
    await world.passes(minutes=20)
    await world.reassign("carol", "dave", "knows the database")
    page = world.phone("dave").receives("page", by="email")
    assert page.view.why_you == "By name: @carol hands it over: knows the database."
    world.phone("alice").receives("info", saying="@carol has handed INC-1 to dave")
    await world.says("@carol hands it to dave: knows the database.")
    story = await world.explain()
    assert (story.state, story.now.split(";")[0]) == (RunState.RUNNING, "INC-1 has waited 0 seconds for an answer")
    await world.follows_link(page)
    assert (await world.see()).acknowledged_by == "@dave"
    world.phone("alice").receives("acknowledged", saying="@dave has acknowledged")
    await world.passes(minutes=29)


async def test_unless_they_answer_the_escalation_goes_on_with_its_first_step(world: World) -> None:
    await burning(world)
    handed = world.clock.now()
    await world.reassign("alice", "dave")
    world.phone("dave").receives("page", by="email")
    await world.passes(minutes=4)
    world.phone("dave").receives("page", by="webhook")
    await world.passes(minutes=1)
    assert world.phone("alice").receives("page").at == handed + timedelta(minutes=5)
    await world.says("Escalation goes on with step 1 of 2: nobody acknowledged within 5 minutes.")
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")


async def test_who_is_named_may_decline_and_the_first_step_goes_at_once(world: World) -> None:
    await burning(world)
    await world.reassign("alice", "bob")
    world.phone("bob").receives("page")
    await world.decline("bob", "on leave")
    world.phone("alice").receives("page")
    await world.says("Escalation goes on with step 1 of 2: bob has declined.")


async def test_those_who_were_being_called_are_let_go_when_it_is_handed_over(world: World) -> None:
    await world.alert("SlowSearch", job="search", severity="critical")
    world.phone("dave").receives("page", by="email")
    await world.reassign("bob", "schedule:primary")
    page = world.phone("alice").receives("page")
    assert "on call in primary" in page.view.why_you
    world.phone("dave").receives("info", by="email", saying="@bob has handed INC-1 to alice")
    await world.acknowledge("alice")
    world.phone("dave").receives("acknowledged", by="email")
    await world.passes(minutes=29)
    world.phone("dave").receives("acknowledged", by="webhook")
    assert [call.state for call in (await world.explain()).calls if call.who == "dave"] == [PageState.ENDED]


async def test_to_whom_nothing_can_be_handed(world: World) -> None:
    await burning(world)
    async with world.db.transaction() as tx:
        draft = UserDraft(name="vera", email="vera@example.com", role=Role.VIEWER)
        await accounts.upsert_user(tx, draft, managed_by=None, actor="@root")
    await world.disable("bob")
    with pytest.raises(Refused, match="@alice has it already"):
        await world.reassign("carol", "alice")
    with pytest.raises(Refused, match="bob is disabled"):
        await world.reassign("alice", "bob")
    with pytest.raises(Refused, match="nobody is on call in nobody"):
        await world.reassign("alice", "schedule:nobody")
    with pytest.raises(Refused, match="vera may not take this incident"):
        await world.reassign("alice", "vera")
    for unknown in ("mallory", "schedule:moon", "team:moon", "lead:moon"):
        with pytest.raises(NotFound):
            await world.reassign("alice", unknown)
    with pytest.raises(Invalid):
        await world.reassign("alice", "moon:base")
    world.nobody_else_is_paged()
    assert (await world.explain()).state is RunState.ACKNOWLEDGED


async def test_without_a_policy_nothing_follows_whom_is_named_but_the_administrators(world: World) -> None:
    await world.declare("Nobody knows whose this is", policy="gone")
    world.phone("root").receives("page")
    await world.reassign("root", "bob")
    world.phone("bob").receives("page")
    await world.decline("bob")
    world.phone("root").receives("page")
    assert (await world.explain()).state is RunState.EXHAUSTED


async def test_helpers_are_called_beside_and_who_has_it_stays_the_same(world: World) -> None:
    await burning(world)
    await world.add_responders("alice", "bob", "carol", reason="the database")
    page = world.phone("bob").receives("page")
    assert page.view.why_you == "Asked to help: @alice asks for help: the database."
    world.phone("carol").receives("page")
    assert (await world.explain()).state is RunState.ACKNOWLEDGED
    await world.follows_link(page)
    world.phone("alice").receives("info", saying="bob comes to help.")
    await world.decline("carol")
    world.phone("alice").receives("info", saying="carol cannot help.")
    assert (await world.see()).acknowledged_by == "@alice"
    states = {call.who: call.state for call in (await world.explain()).calls}
    assert states == {
        "alice": PageState.ACKNOWLEDGED,
        "bob": PageState.ACKNOWLEDGED,
        "carol": PageState.DECLINED,
    }
    await world.passes(minutes=19)


async def test_a_helper_does_not_hold_up_the_ladder_and_is_asked_on_when_somebody_has_taken_it(world: World) -> None:
    await world.alert("SlowSearch", job="search", severity="critical")
    world.phone("dave").receives("page", by="email")
    await world.add_responders("dave", "bob")
    world.phone("bob").receives("page")
    await world.decline("dave")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    world.phone("dave").receives("acknowledged", by="email")
    world.nobody_else_is_paged()
    await world.acknowledge("bob")
    assert (await world.see()).acknowledged_by == "@alice"
    world.phone("alice").receives("info", saying="bob comes to help.")


async def test_a_helper_may_take_what_nobody_has(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.add_responders("alice", "dave")
    world.phone("dave").receives("page", by="email")
    await world.acknowledge("dave")
    world.phone("alice").receives("acknowledged")
    assert (await world.see()).acknowledged_by == "@dave"
    await world.passes(minutes=29)


async def test_nobody_is_asked_twice_for_the_same(world: World) -> None:
    await burning(world)
    with pytest.raises(Refused, match="alice has it already"):
        await world.add_responders("bob", "alice")
    await world.add_responders("alice", "bob")
    world.phone("bob").receives("page")
    with pytest.raises(Refused, match="bob is being called already"):
        await world.add_responders("alice", "carol", "bob")
    with pytest.raises(NotFound):
        await world.add_responders("alice", "mallory")
    with pytest.raises(Invalid):
        await world.add_responders("alice")


async def test_resolving_lets_helpers_go(world: World) -> None:
    await burning(world)
    await world.add_responders("alice", "dave")
    world.phone("dave").receives("page", by="email")
    await world.resolve("alice")
    world.phone("alice").receives("resolved")
    world.phone("dave").receives("resolved", by="email")
    await world.passes(minutes=5)
    world.phone("dave").receives("resolved", by="webhook")
