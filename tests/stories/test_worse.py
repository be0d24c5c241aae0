"""More alerts on what somebody has taken: they are told; what is worse than before calls people again (PAG-10)."""

from datetime import timedelta

from tests.stories.conftest import ORGANISATION
from tests.support.world import World
from tocsin.paging.model import RunState

GRADED = ORGANISATION.replace(
    """  - {match: ['job="graded"'], service: checkout, facts: {users_affected: "35%"}}
""",
    """  - {match: ['severity="page"'], service: checkout, facts: {users_affected: "70%"}, group_by: [job]}
  - {match: ['severity="critical"'], service: checkout, facts: {users_affected: "35%"}, group_by: [job]}
  - {match: ['job="graded"'], service: checkout, facts: {users_affected: "3%"}, group_by: [job]}
""",
).replace("""  - {match: ['job="checkout"', 'severity="critical"']""", """  - {match: ['job="none"']""")


async def fires(world: World, severity: str, instance: str) -> None:
    await world.alert("Failing", job="graded", severity=severity, instance=instance)


async def taken_by_alice(world: World, severity: str = "warning") -> None:
    await world.configure(GRADED)
    await fires(world, severity, "a")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")


async def test_more_of_the_same_is_told_to_whoever_has_it_and_pages_nobody(world: World) -> None:
    await taken_by_alice(world, "critical")
    await fires(world, "critical", "b")
    await fires(world, "warning", "c")
    world.phone("alice").receives("info", saying="1 more alert joined (2 in all)")
    await world.passes(minutes=29)
    assert (await world.explain()).state is RunState.ACKNOWLEDGED


async def test_what_is_worse_starts_the_escalation_again(world: World) -> None:
    await taken_by_alice(world)
    await world.passes(minutes=1)
    await fires(world, "critical", "b")
    await world.says("It would be a SEV-2, and INC-1 is a SEV-3.")
    world.phone("alice").receives("info")
    await world.passes(seconds=10)
    world.phone("alice").receives("page", saying="It would be a SEV-2")
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")


async def test_the_same_level_calls_once(world: World) -> None:
    await taken_by_alice(world)
    await fires(world, "critical", "b")
    await world.passes(minutes=1)
    world.airwaves.unread.clear()
    await world.acknowledge("alice")
    await fires(world, "critical", "c")
    await world.passes(minutes=1)
    assert (await world.explain()).state is RunState.ACKNOWLEDGED
    world.airwaves.unread.clear()
    await fires(world, "page", "d")
    await world.says("It would be a SEV-1, and INC-1 is a SEV-3.")
    await world.passes(minutes=1)
    world.phone("alice").receives("page", saying="It would be a SEV-1")
    world.airwaves.unread.clear()


async def test_while_it_climbs_nothing_is_begun_anew(world: World) -> None:
    await world.configure(GRADED)
    await fires(world, "warning", "a")
    first = world.phone("alice").receives("page")
    await world.passes(minutes=2)
    await fires(world, "critical", "b")
    await world.passes(minutes=3)
    assert world.phone("bob").receives("page").at == first.at + timedelta(minutes=5)
    world.phone("carol").receives("page")


async def test_what_was_held_is_not_held_for_what_is_worse(world: World) -> None:
    hours = 'severity_profile: sre, business_hours: {days: mon-fri, from: "09:00", to: "18:00"}}'
    when = """
    when: [{during: outside-business-hours, severity: [SEV-3], hold_until: business-hours}]
    last_resort: ["team:payments"]
"""
    held = GRADED.replace("severity_profile: sre}", hours)
    await world.configure(held.replace('\n    last_resort: ["team:payments"]\n', when, 1))
    await fires(world, "warning", "a")
    await world.passes(minutes=3)
    world.nobody_else_is_paged()
    await fires(world, "page", "b")
    world.phone("alice").receives("page", saying="It would be a SEV-1")
