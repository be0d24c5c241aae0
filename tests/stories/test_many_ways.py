"""One person by four ways: the answer by one silences the other three, wherever it was given (PAG-7)."""

from collections.abc import AsyncIterator

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.telephones import LINKS, Telephones
from tests.support.world import Received, World, new_world
from tocsin.kernel.clock import VirtualClock

KEY = "uQiRzpo4DXghDmr9QzzfQu27cmVRsG"
KINDS = ("email", "ntfy", "gotify", "pushover")
FOUR_WAYS = ORGANISATION.replace(
    "  - {name: alice, email: alice@example.com}\n",
    f"""  - name: alice
    email: alice@example.com
    contacts:
      - email: alice@example.com
      - ntfy: https://ntfy.example.com/alice
      - gotify: https://:AWxS2x@gotify.example.com
      - pushover: {KEY}
    notify: {{high: [{{email: 0m}}, {{ntfy: 0m}}, {{gotify: 0m}}, {{pushover: 0m}}]}}
""",
)


@pytest.fixture
async def world(dsn: str, clock: VirtualClock) -> AsyncIterator[World]:
    async with new_world(dsn, clock) as world:
        await world.configure(FOUR_WAYS)
        yield world


async def paged(world: World) -> dict[str, Received]:
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    return {kind: world.phone("alice").receives("page", by=kind) for kind in KINDS}


async def test_acknowledged_in_pushover_the_other_three_say_so(world: World) -> None:
    page = (await paged(world))["pushover"]
    told = {"receipt": "rLqVuqTRh62UzxtmqiaLzQmVcPgiCy", "acknowledged": "1"}
    for _ in range(2):  # Pushover may call twice
        assert (await Telephones(world.db).post(LINKS.url_for("pushover", page.delivery.id), {}, told)).status == 204
    await world.worker.drain()
    assert (await world.see()).acknowledged_by == "@alice"
    for kind in ("email", "ntfy", "gotify"):
        world.phone("alice").receives("acknowledged", by=kind, saying="You have INC-1")
    assert world.airwaves.unread == []


async def test_acknowledged_on_the_command_line_what_rings_on_or_stays_falls_silent(world: World) -> None:
    await paged(world)
    await world.acknowledge("alice")
    for kind in ("ntfy", "pushover"):
        world.phone("alice").receives("acknowledged", by=kind)
    assert world.airwaves.unread == []


async def test_declined_by_a_message_the_others_ring_no_more(world: World) -> None:
    await paged(world)
    await world.decline("alice")
    for kind in ("ntfy", "pushover"):
        world.phone("alice").receives("acknowledged", by=kind, saying="You are not called for INC-1 any more")
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    assert world.airwaves.unread == []


async def test_whoever_comes_to_help_is_not_rung_for_either(world: World) -> None:
    await paged(world)
    await world.acknowledge("bob")
    for kind in KINDS:
        world.phone("alice").receives("acknowledged", by=kind, saying="@bob has acknowledged INC-1")
    await world.add_responders("bob", "alice")
    for kind in KINDS:
        world.phone("alice").receives("page", by=kind)
    await world.acknowledge("alice")
    for kind in ("ntfy", "pushover"):
        world.phone("alice").receives("acknowledged", by=kind, saying="@bob has INC-1, and knows that you come")
    world.phone("bob").receives("info")
    assert world.airwaves.unread == []
