"""Somebody is woken at night (ONC-7): in the morning of their own clock they and their lead are told, once."""

from collections.abc import AsyncIterator

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.configured import configured_world
from tests.support.postgres import Server
from tests.support.world import World
from tocsin.kernel.clock import VirtualClock


@pytest.fixture
async def world(postgres_server: Server, clock: VirtualClock) -> AsyncIterator[World]:
    async with configured_world(
        postgres_server, clock, ORGANISATION, with_insights={"insights.advise_rest", "insights.note_schedules"}
    ) as world:
        yield world


async def woken_at_three(world: World) -> None:
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.resolve("alice")
    world.airwaves.unread.clear()


async def test_they_and_their_lead_are_told_at_seven_and_once(world: World) -> None:
    await woken_at_three(world)
    await world.passes(hours=3, minutes=50)
    world.nobody_else_is_paged()
    await world.passes(minutes=15)
    told = world.phone("alice").receives("notice", saying="You were woken at 03:00")
    assert "on call tonight in primary" in told.view.what
    assert told.view.lines[0].value.startswith("tocsin cover ask primary --shift ")
    lead = world.phone("carol").receives("notice", saying="alice was woken at 03:00")
    assert lead.view.why_you == "You lead a team of alice."
    rows = await world.rows("SELECT sentence FROM ledger WHERE kind = 'RestAdvised'")
    assert rows == [("@alice was woken at 03:00 (UTC) and should rest today; they, @carol were told",)]
    await world.passes(hours=20)
    assert await world.rows("SELECT count(*) FROM rest_notice") == [(1,)]
    world.airwaves.unread.clear()


async def test_the_morning_is_that_of_their_own_clock(world: World) -> None:
    """At 03:00 UTC it is evening in Los Angeles, and nobody sleeps."""
    there = ORGANISATION.replace(
        "{name: alice, email: alice@example.com}",
        "{name: alice, email: alice@example.com, time_zone: America/Los_Angeles}",
    )
    await world.configure(there)
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.resolve("alice")
    await world.passes(hours=12)
    assert await world.rows("SELECT count(*) FROM rest_notice") == [(0,)]
    world.airwaves.unread.clear()
