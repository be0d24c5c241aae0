"""Rules of the severity profile beside the ladder (PAG-2): leadership after 15 minutes, executives when the impact
exceeds an hour, the lead of the owning team – whoever has taken it.
"""

from datetime import timedelta

from tests.stories.conftest import ORGANISATION
from tests.support.world import World
from tocsin.incidents import regrading
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Status

GROUPS = """
groups:
  - {name: leadership, members: [carol, bob]}
  - {name: executives, members: [root]}
services:
"""
P_LEVELS = (
    ORGANISATION.replace("severity_profile: sre", "severity_profile: p-levels")
    .replace("\nservices:\n", GROUPS, 1)
    .replace("SEV-", "P")
)


async def taken(world: World, severity: str) -> None:
    """Declared, and alice has it: the ladder is still, and so are the stories below."""
    await world.configure(P_LEVELS)
    await world.declare("Nobody can pay", severity=severity, services=("checkout",))
    world.phone("alice").receives("page")
    await world.acknowledge("alice")


async def change(world: World, severity: str) -> None:
    async with world.db.transaction() as tx:
        await regrading.change_severity(tx, (await world.see()).id, severity, "@alice", "more is known")
    await world.worker.drain()


async def test_leadership_is_told_after_a_quarter_of_an_hour_and_asked_for_nothing(world: World) -> None:
    await taken(world, "P0")
    await world.passes(minutes=14, seconds=59)
    world.nobody_else_is_paged()
    await world.works("alice")
    await world.passes(seconds=1)
    told = world.phone("carol").receives("info")
    assert told.view.why_you == "a P0 tells group:leadership 15 minutes after it was declared."
    assert (told.delivery.ack_url, told.delivery.urgency) == (None, "high")
    world.phone("bob").receives("info")
    await world.says("carol and bob are told: a P0 tells group:leadership 15 minutes after it was declared.")
    await world.resolve("alice", reason="rolled back")
    for name in ("alice", "carol", "bob"):
        world.phone(name).receives("resolved")
    await world.passes(hours=2)


async def test_executives_are_told_when_the_impact_exceeds_an_hour(world: World) -> None:
    await world.configure(P_LEVELS)
    since = world.clock.now() - timedelta(minutes=50)
    await world.declare("Nobody can pay", severity="P0", services=("checkout",), started_at=since)
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.passes(minutes=10)
    assert "1 hour after the impact began" in world.phone("root").receives("info").view.why_you


async def test_an_impact_that_is_over_is_told_to_no_executive(world: World) -> None:
    await taken(world, "P0")
    await world.passes(minutes=14)
    async with world.db.transaction() as tx:
        await incidents.change_status(tx, (await world.see()).id, Status.MONITORING, "@alice", "looks good")
    await world.passes(hours=1)
    world.phone("carol").receives("info")
    world.phone("bob").receives("info")
    await world.says("group:executives is not told: the impact of INC-1 is over.")


async def test_the_lead_of_the_owning_team_is_told(world: World) -> None:
    await taken(world, "P1")
    await world.passes(minutes=25)
    await world.works("alice")
    await world.passes(minutes=25)
    await world.works("alice")
    await world.passes(minutes=10)
    assert (
        world.phone("carol").receives("info").view.why_you.startswith("a P1 tells the lead of the owning team 1 hour")
    )


async def test_a_raised_level_tells_whom_it_names_and_a_lowered_one_says_that_it_does_not(world: World) -> None:
    await taken(world, "P1")
    await world.passes(minutes=20)
    await change(world, "P0")
    world.phone("carol").receives("info")
    world.phone("bob").receives("info")
    await change(world, "P2")
    for _ in range(4):
        await world.works("alice")
        await world.passes(minutes=14)
    await world.says("group:executives is not told any more: INC-1 is a P2 now.")
    await world.says("The lead of the owning team is not told any more: INC-1 is a P2 now.")


async def test_a_rule_that_reaches_nobody_says_so(world: World) -> None:
    await taken(world, "P0")
    for name in ("carol", "bob"):
        await world.disable(name)
    await world.passes(minutes=14)
    await world.works("alice")
    await world.passes(minutes=2)
    await world.says(
        "Nobody is told although a P0 tells group:leadership 15 minutes after it was declared:"
        " carol is disabled; bob is disabled."
    )


async def test_what_is_reopened_counts_from_then(world: World) -> None:
    await taken(world, "P0")
    await world.passes(minutes=10)
    await world.resolve("alice")
    world.phone("alice").receives("resolved")
    await world.passes(minutes=10)
    await world.reopen("alice", "not over")
    await world.passes(seconds=11)
    world.airwaves.unread.clear()
    await world.acknowledge("alice")
    await world.passes(minutes=14)
    world.nobody_else_is_paged()
    await world.works("alice")
    await world.passes(minutes=1)
    world.phone("carol").receives("info")
    world.phone("bob").receives("info")
