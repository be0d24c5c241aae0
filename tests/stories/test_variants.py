"""Runs that begin differently by the hour and the level: held until business hours, another ladder, a note in place of
a ticket – and what is never held. The stories begin on a Monday at 03:00 UTC.
"""

from datetime import timedelta

from tests.stories.conftest import ORGANISATION
from tests.support.world import World
from tocsin.incidents import regrading
from tocsin.paging.model import RunState

HOURS = ORGANISATION.replace(
    "severity_profile: sre}", 'severity_profile: sre, business_hours: {days: mon-fri, from: "09:00", to: "18:00"}}'
)
WHEN = """
    when:
      - {during: outside-business-hours, severity: [SEV-3], hold_until: business-hours}
      - {during: nights, severity: [SEV-2], repeat: 0, steps: [{notify: ["user:dave"], wait: 10m}]}
      - {severity: [SEV-4], policy: dave-first}
    last_resort: ["team:payments"]
"""
BY_HOUR = HOURS.replace('\n    last_resort: ["team:payments"]\n', WHEN, 1)


async def declare(world: World, severity: str | None) -> None:
    await world.declare("Checkout is slow", severity=severity, services=("checkout",))


async def test_what_is_held_until_business_hours_pages_when_they_begin(world: World) -> None:
    await world.configure(BY_HOUR)
    await declare(world, "SEV-3")
    held = "held until Monday 2026-11-02 09:00 UTC because it is outside business hours and it is a SEV-3"
    await world.says(f"Nobody is called yet: {held}. tocsin escalate INC-1 calls at once.")
    story = await world.explain()
    assert story.now == f"INC-1 is {held}; nobody has been called."
    assert story.next == "At 09:00:00 UTC step 1 of 2 is called: the one on call in primary."
    await world.passes(hours=5, minutes=59)
    world.nobody_else_is_paged()
    await world.passes(minutes=1)
    world.phone("alice").receives("page")
    await world.says("Escalation goes on with step 1 of 2: it was held until now.")
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")


async def test_whoever_does_not_want_to_wait_escalates(world: World) -> None:
    await world.configure(BY_HOUR)
    await declare(world, "SEV-3")
    await world.escalate("carol")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.passes(minutes=29)
    assert (await world.explain()).state is RunState.ACKNOWLEDGED


async def test_what_is_resolved_before_its_hour_calls_nobody(world: World) -> None:
    await world.configure(BY_HOUR)
    await declare(world, "SEV-3")
    await world.resolve("carol")
    await world.passes(hours=12)


async def test_a_raised_level_is_not_held_any_longer(world: World) -> None:
    await world.configure(BY_HOUR)
    await declare(world, "SEV-3")
    async with world.db.transaction() as tx:
        await regrading.change_severity(tx, (await world.see()).id, "SEV-1", "@carol", "everybody is affected")
    await world.worker.drain()
    world.phone("alice").receives("page", saying="everybody is affected")


async def test_by_night_another_ladder_is_climbed_and_by_day_the_usual_one(world: World) -> None:
    await world.configure(BY_HOUR)
    await declare(world, "SEV-2")
    world.phone("dave").receives("page", by="email")
    await world.says("begins: the incident is new. Variant 2 applies: it is night and it is a SEV-2.")
    await world.acknowledge("dave")
    await world.passes(hours=8)
    world.airwaves.unread.clear()
    await declare(world, "SEV-2")
    world.phone("alice").receives("page")


async def test_a_run_keeps_the_variant_that_it_began_with(world: World) -> None:
    """At 06:00 the night is over while the ladder is climbed: nothing is skipped or doubled (REL-10)."""
    await world.configure(BY_HOUR)
    await world.passes(hours=2, minutes=55)
    await declare(world, "SEV-2")
    world.phone("dave").receives("page", by="email")
    await world.passes(minutes=3)
    world.phone("dave").receives("page", by="webhook")
    await world.passes(minutes=7)
    world.phone("alice").receives("page")
    world.phone("bob").receives("page")
    assert (await world.explain()).calls[-1].label == "the last resort"


async def test_a_variant_climbs_another_policy(world: World) -> None:
    await world.configure(BY_HOUR)
    await declare(world, "SEV-4")
    world.phone("dave").receives("page", by="email")
    assert (await world.explain()).policy == "dave-first"


async def test_a_top_level_and_an_unclassified_incident_are_never_held(world: World) -> None:
    always_held = BY_HOUR.replace(", severity: [SEV-3], hold_until", ", hold_until")
    await world.configure(always_held)
    await declare(world, "SEV-1")
    world.phone("alice").receives("page")
    await world.says("Not held although it is outside business hours: a SEV-1 never is.")
    await world.passes(seconds=11)
    await declare(world, None)
    world.phone("alice").receives("page")


async def test_a_level_that_asks_for_business_hours_waits_for_them(world: World) -> None:
    await world.configure(HOURS)
    await world.passes(hours=5)
    await declare(world, "SEV-4")
    await world.says("because a SEV-4 calls people in business hours only")
    await world.passes(hours=1)
    world.phone("alice").receives("page")


async def test_a_level_that_asks_for_a_ticket_tells_the_team_once_and_says_so(world: World) -> None:
    await world.configure(ORGANISATION.replace("severity_profile: sre", "severity_profile: classic"))
    await declare(world, "SEV4")
    for name in ("alice", "bob"):
        message = world.phone(name).receives("page")
        assert message.delivery.urgency == "low"
        assert "no tracker is connected" in message.view.why_you
    await world.passes(hours=8)
    assert (await world.explain()).state is RunState.TOLD
    await world.says("alice is paged, in place of a ticket: member of team payments; SEV4 asks for a ticket")


async def test_a_worker_that_slept_over_the_hour_calls_once(world: World) -> None:
    """The clock jumps over the end of the hold; the release is late, single and says so (REL-10)."""
    await world.configure(BY_HOUR)
    await declare(world, "SEV-3")
    world.clock.advance(timedelta(hours=6, minutes=3))
    await world.worker.drain()
    world.phone("alice").receives("page")
    await world.says("This was due at 09:00:00 UTC and goes 3 minutes late.")
    await world.passes(minutes=4)
    world.nobody_else_is_paged()
