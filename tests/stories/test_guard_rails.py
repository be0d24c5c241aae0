"""The room says what is going wrong, once, with the remedy, and takes it back when it is mended (GRD-1)."""

from tests.support.world import World
from tocsin.incidents import assigning
from tocsin.incidents.roles import RoleName
from tocsin.kernel.ledger import LedgerEntry


async def raised(world: World, rule: str) -> list[LedgerEntry]:
    return [e for e in await world.timeline() if e.kind == "FindingRaised" and e.data["rule"] == rule]


async def settled(world: World) -> list[str]:
    return [entry.sentence for entry in await world.timeline() if entry.kind == "FindingSettled"]


async def test_an_incident_that_nobody_grades_is_pointed_out_until_somebody_does(world: World) -> None:
    await world.declare("Something is odd", services=("checkout",))
    world.phone("alice").receives("page")
    await world.passes(minutes=4)
    assert await raised(world, "severity-not-set") == []
    await world.acknowledge("alice")
    await world.passes(minutes=10)
    (entry,) = await raised(world, "severity-not-set")
    assert entry.sentence.startswith("Nobody has said in 5 minutes how bad this is")
    await world.grade("alice", "SEV-3")
    assert await settled(world) == ["No longer so: severity not set."]
    await world.passes(minutes=10)
    assert len(await raised(world, "severity-not-set")) == 1


async def test_investigation_without_a_word_is_pointed_out_once_each_time(world: World) -> None:
    await world.declare("Checkout is down", services=("checkout",), severity="SEV-2")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.passes(minutes=14)
    assert await raised(world, "nothing-shared") == []
    await world.passes(minutes=2)
    assert len(await raised(world, "nothing-shared")) == 1
    await world.works("alice", words="hm")
    assert await settled(world) == []
    await world.observes("alice", "all errors come from one node")
    assert await settled(world) == ["No longer so: nothing shared."]
    await world.passes(minutes=14)
    assert len(await raised(world, "nothing-shared")) == 1
    await world.passes(minutes=2)
    assert len(await raised(world, "nothing-shared")) == 2


async def test_blame_is_remarked_upon_at_once_and_nothing_is_refused(world: World) -> None:
    await world.declare("Login fails", services=("checkout",), severity="SEV-3")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.observes("alice", "@dave broke it again")
    (entry,) = await raised(world, "blame")
    assert "“@dave broke” sounds like blame" in entry.sentence
    await world.passes(minutes=16)
    assert await settled(world) == ["No longer so: blame."]


async def test_what_is_over_is_found_wrong_no_more(world: World) -> None:
    await world.declare("Something is odd", services=("checkout",))
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.passes(minutes=6)
    assert len(await raised(world, "severity-not-set")) == 1
    await world.resolve("alice", reason="nothing was wrong")
    world.phone("alice").receives("resolved")
    assert await settled(world) == ["No longer so: severity not set."]
    await world.passes(hours=1)
    assert len(await raised(world, "severity-not-set")) == 1


async def test_nobody_commands_until_somebody_does_and_again_when_they_leave(world: World) -> None:
    await world.declare("Checkout is down", services=("checkout",), severity="SEV-1")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.passes(minutes=6)
    assert len(await raised(world, "nobody-commands")) == 1
    await world.assigns("alice", RoleName.COMMANDER, "alice")
    assert await settled(world) == ["No longer so: nobody commands."]
    await world.assigns("alice", RoleName.TECH_LEAD, "alice")
    (entry,) = await raised(world, "second-role")
    assert entry.sentence.startswith("alice commands and is tech lead too.")
    async with world.db.transaction() as tx:
        await assigning.release(tx, (await world.see()).id, RoleName.COMMANDER, "alice", "@alice")
    await world.passes(minutes=6)
    assert len(await raised(world, "nobody-commands")) == 2
