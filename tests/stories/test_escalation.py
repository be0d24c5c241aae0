"""The ladder in virtual time: repeats, the last resort, empty steps, people who are gone, dead channels."""

from datetime import timedelta

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.world import World
from tocsin.accounts import service as accounts
from tocsin.incidents import service as incidents
from tocsin.kernel.errors import Refused
from tocsin.kernel.outbound import FailureReason
from tocsin.paging.model import PageState, RunState

BURNING = {"job": "checkout", "severity": "critical"}


async def test_the_whole_ladder_is_climbed_once_more_and_then_the_last_resort(world: World) -> None:
    begun = world.clock.now()
    await world.alert("HighErrorRate", **BURNING)
    ladder = [
        (0, ("alice",)),
        (5, ("bob", "carol")),
        (15, ("alice",)),
        (20, ("bob", "carol")),
        (30, ("alice", "bob")),
    ]
    for minute, names in ladder:
        await world.passes(seconds=(begun + timedelta(minutes=minute) - world.clock.now()).total_seconds())
        for name in names:
            assert world.phone(name).receives("page").at == begun + timedelta(minutes=minute)
        world.nobody_else_is_paged()
    story = await world.explain()
    assert story.state is RunState.EXHAUSTED
    assert "the ladder is at its end" in story.now
    await world.says("This is the end of the ladder: nobody else will be called.")
    await world.passes(hours=12)
    world.nobody_else_is_paged()
    await world.acknowledge("alice")
    world.phone("bob").receives("acknowledged")
    world.phone("carol").receives("acknowledged")


async def test_an_empty_schedule_falls_to_the_last_resort_and_says_so(world: World) -> None:
    await world.alert("NightlyFailed", job="batch", severity="critical")
    assert "the last resort" in world.phone("carol").receives("page").view.why_you.lower()
    await world.says("Step 1 of 1 reaches nobody: nobody is on call in nobody until Mon 2030-01-07 09:00 UTC.")


async def test_when_nobody_can_be_called_the_administrators_are_and_the_incident_is_there(world: World) -> None:
    await world.alert("Dusty", job="attic", severity="critical")
    message = world.phone("root").receives("page")
    assert "administrator" in message.view.why_you
    assert (await world.see()).is_open
    await world.says("Nobody is left on the ladder to be called.")
    await world.says("Administrator root is told instead.")
    assert (await world.explain()).state is RunState.EXHAUSTED


async def test_a_ladder_at_its_end_without_a_last_resort_tells_the_administrators(world: World) -> None:
    await world.alert("SlowSearch", job="search", severity="critical")
    world.phone("dave").receives("page", by="email")
    await world.passes(minutes=30)
    world.phone("dave").receives("page", by="webhook")
    world.phone("alice").receives("page")
    await world.passes(minutes=10)
    world.phone("root").receives("page")
    await world.says("Escalation is at its end: nobody acknowledged within 10 minutes.")


async def test_somebody_disabled_between_arming_and_firing_is_not_called(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.passes(minutes=3)
    await world.disable("bob")
    await world.passes(minutes=2)
    world.phone("carol").receives("page")
    world.nobody_else_is_paged()
    await world.says("bob is not paged: bob is disabled.")


async def test_the_message_of_somebody_disabled_before_the_send_is_not_sent(world: World) -> None:
    async with world.db.transaction() as tx:
        await accounts.disable_user(tx, "alice", managed_by="tocsin.yaml", actor="@story")
    await world.alert("HighErrorRate", **BURNING)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    await world.says("Step 1 of 2 reaches nobody: alice is disabled.")


async def test_one_dead_channel_is_followed_by_the_next_at_once(world: World) -> None:
    world.airwaves.break_down("email")
    await world.alert("SlowSearch", job="search", severity="critical")
    assert world.phone("dave").receives("page", by="webhook").at == world.clock.now()
    await world.passes(minutes=29)
    world.nobody_else_is_paged()


async def test_when_every_way_to_reach_the_step_fails_the_next_goes_at_once(world: World) -> None:
    world.airwaves.break_down("email")
    await world.alert("HighErrorRate", **BURNING)
    await world.says("alice could not be reached, every way has failed")
    await world.says("Escalation goes on with step 2 of 2: no way to reach alice worked.")
    pages = (await world.explain()).calls
    assert {page.state for page in pages} == {PageState.UNREACHED}
    assert (await world.explain()).state is RunState.EXHAUSTED
    assert [page.who for page in pages][-1] == "root"
    world.nobody_else_is_paged()


async def test_a_channel_that_recovers_delivers_while_the_ladder_waits(world: World) -> None:
    world.airwaves.break_down("email", FailureReason.UNREACHABLE)
    await world.alert("HighErrorRate", **BURNING)
    await world.passes(seconds=3)
    world.nobody_else_is_paged()
    world.airwaves.mend("email")
    await world.passes(minutes=1)
    world.phone("alice").receives("page")
    await world.passes(minutes=3, seconds=50)
    world.nobody_else_is_paged()


async def test_an_answer_calls_off_what_was_still_to_be_sent(world: World) -> None:
    await world.alert("SlowSearch", job="search", severity="critical")
    page = world.phone("dave").receives("page", by="email")
    await world.passes(minutes=1)
    await world.follows_link(page)
    await world.passes(minutes=29)
    world.nobody_else_is_paged()
    (call,) = (await world.explain()).calls
    assert [(send.kind, send.state) for send in call.sends] == [("email", "sent"), ("webhook", "superseded")]


async def test_a_link_answers_once(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    page = world.phone("alice").receives("page")
    await world.follows_link(page)
    with pytest.raises(Refused, match="has been used"):
        await world.follows_link(page)


async def test_low_urgency_is_told_once_and_does_not_climb(world: World) -> None:
    await world.alert("DiskFillsUp", job="elsewhere", severity="warning")
    message = world.phone("alice").receives("page")
    assert message.delivery.urgency == "low"
    await world.passes(hours=8)
    world.nobody_else_is_paged()
    assert (await world.explain()).state is RunState.TOLD
    await world.says("Low urgency: told once, nobody else is called.")


async def test_what_says_critical_and_matches_no_route_climbs(world: World) -> None:
    await world.alert("Strange", job="elsewhere", severity="critical")
    world.phone("alice").receives("page")
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")


async def test_a_run_climbs_the_ladder_as_it_was_when_it_began(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.configure(ORGANISATION.replace('["schedule:secondary", "lead:payments"]', '["user:dave"]'))
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    await world.acknowledge("bob")
    world.phone("alice").receives("acknowledged")
    world.phone("carol").receives("acknowledged")
    await world.alert("Another", job="checkout", severity="critical")
    await world.passes(minutes=5)
    world.phone("alice").receives("page")
    world.phone("dave").receives("page", by="email")


async def test_a_late_rung_says_how_late_it_is(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    world.clock.advance(timedelta(minutes=9))
    await world.worker.drain()
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    await world.says("This was due at 03:05:00 UTC and goes 4 minutes late.")


async def test_what_was_resolved_while_nobody_worked_is_not_paged(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    async with world.db.transaction() as tx:
        await incidents.resolve(tx, (await world.see()).id, "@alice", "gone")
    world.clock.advance(timedelta(hours=1))
    await world.worker.drain()
    world.phone("alice").receives("resolved")


async def test_a_page_of_the_worst_level_ignores_low_rules(world: World) -> None:
    await world.declare("Search is gone", severity="SEV-1", urgency="low", services=("search",))
    world.phone("dave").receives("page", by="email")
    await world.passes(minutes=3)
    world.phone("dave").receives("page", by="webhook")
    await world.declare("Search is slow", severity="SEV-3", urgency="low", services=("search",))
    world.phone("dave").receives("page", by="email")
    await world.passes(minutes=4)
    world.nobody_else_is_paged()
