"""What a route holds for a time is decided again when that time is over, or the routes are others (ALR-5, ALR-8)."""

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.world import World

NIGHTS = ORGANISATION.replace(
    "routes:\n",
    """routes:
  - match: ['job="reports"']
    during: outside-business-hours
    hold: until the office opens
  - {match: ['job="reports"'], service: checkout, severity: SEV-3, group_by: [alertname]}
""",
).replace(
    "severity_profile: sre}", 'severity_profile: sre, business_hours: {days: mon-fri, from: "09:00", to: "18:00"}}'
)


@pytest.fixture
async def night(world: World) -> World:
    """Monday 03:00, six hours before the office opens."""
    await world.configure(NIGHTS)
    return world


async def test_what_was_held_for_the_night_pages_in_the_morning_if_it_still_fires(night: World) -> None:
    world = night
    await world.alert("Slow", job="reports", instance="a")
    await world.alert("Slow", job="reports", instance="b")
    await world.alert("Over", job="reports")
    await world.clears("Over", job="reports")
    await world.passes(hours=5, minutes=59)
    world.nobody_else_is_paged()
    await world.passes(minutes=1, seconds=4)
    message = world.phone("alice").receives("page", saying="Slow")
    assert "Late" not in message.view.what
    assert [row[0] for row in await world.rows("select alerts from incident")] == [2]
    told = await world.rows("select sentence from ledger where kind in ('AlertsHeld', 'AlertsRerouted') order by id")
    assert told[-1][0].startswith('2 held alerts are decided again: route 2 (job="reports") sends it to checkout')
    held = 'held by route 1 (job="reports" during outside-business-hours): until the office opens'
    await world.says(f"it calls only now, until now it was {held}")


async def test_what_is_held_for_ever_stays_held_and_a_change_of_the_routes_frees_it(night: World) -> None:
    world = night
    await world.configure(NIGHTS.replace("    during: outside-business-hours\n", ""))
    await world.alert("Slow", job="reports")
    await world.passes(hours=30)
    world.nobody_else_is_paged()
    await world.configure(ORGANISATION)
    await world.passes(seconds=2)
    world.phone("alice").receives("page", saying="Slow")


async def test_what_begins_in_the_office_is_not_held(night: World) -> None:
    world = night
    await world.passes(hours=7)
    await world.alert("Slow", job="reports")
    world.phone("alice").receives("page", saying="Slow")
