"""An organisation's own severity profile in effect: levels, acknowledgement time-outs, tickets, whom its rules tell."""

from tests.stories.conftest import ORGANISATION
from tests.support.world import World
from tocsin.paging.model import RunState

OWN = """
severity_profiles:
  - name: ours
    based_on: sre
    levels:
      - {name: RED, ack_timeout: 5m, escalations: [{tell: "user:root", after: 3m}, {tell: "lead:", after: 4m}]}
      - {name: AMBER, page: wake}
      - {name: GREEN, page: ticket}
services:
"""
OURS = (
    ORGANISATION.replace("severity_profile: sre", "severity_profile: ours")
    .replace("\nservices:\n", OWN, 1)
    .replace("SEV-2", "RED")
    .replace("SEV-3", "AMBER")
)


async def test_what_the_profile_says_is_what_happens(world: World) -> None:
    await world.configure(OURS)
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    assert world.phone("alice").receives("page").view.severity == "RED"
    await world.acknowledge("alice")
    await world.passes(minutes=3)
    assert world.phone("root").receives("info").view.why_you == "a RED tells user:root 3 minutes after it was declared."
    await world.passes(minutes=1)
    world.phone("carol").receives("info")
    await world.passes(minutes=1)
    world.phone("alice").receives("page", saying="nobody has acted on it for 5 minutes")


async def test_a_level_for_tickets_wakes_nobody(world: World) -> None:
    await world.configure(OURS)
    await world.declare("A typo", severity="green", services=("checkout",))
    assert world.phone("alice").receives("page").delivery.urgency == "low"
    world.phone("bob").receives("page")
    assert (await world.explain()).state is RunState.TOLD


async def test_a_changed_profile_counts_from_then_on(world: World) -> None:
    await world.configure(OURS)
    await world.declare("Slow", severity="AMBER", services=("checkout",))
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.configure(OURS.replace("{name: AMBER, page: wake}", "{name: AMBER, page: wake, ack_timeout: 10m}"))
    await world.passes(minutes=30)
    world.phone("alice").receives("page", saying="nobody has acted on it for 10 minutes")


async def test_a_profile_that_goes_away_leaves_its_levels_readable(world: World) -> None:
    await world.configure(OURS)
    await world.declare("Slow", severity="AMBER", services=("checkout",))
    world.phone("alice").receives("page")
    await world.configure(ORGANISATION)
    assert (await world.see()).severity == "AMBER"
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    await world.acknowledge("bob")
    world.phone("alice").receives("acknowledged")
    world.phone("carol").receives("acknowledged")
