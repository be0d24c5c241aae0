"""Resolved only when it is true (RES-1, RES-2, RES-4): checks, the stability window, a relapse inside it, overrides."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.checks import Meters
from tests.support.configured import configured_world
from tests.support.postgres import Server
from tests.support.world import EVERYTHING, World
from tocsin.catalog.checks import Check, HttpCheck, ManualCheck
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident, Status
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Invalid, NotFound, Refused
from tocsin.verification import own_checks, resolving, store
from tocsin.verification import service as verification
from tocsin.verification.jobs import check_kinds
from tocsin.verification.model import Attempt, CheckState, Resolution, Stage, State

BURNING: dict[str, Any] = {"job": "checkout", "severity": "critical"}
CHECKS = """services:
  - name: checkout
    team: payments
    escalation_policy: payments
    depends_on: [shop-db]
    checks:
      - {name: health, http: "https://checkout.example.com/health"}
      - {name: queue, manual: "The support queue does not grow."}
  - {name: shop-db, checks: [{name: port, tcp: "db.example.com:5432"}]}
"""
CHECKED = ORGANISATION.replace("services:\n  - {name: checkout, team: payments, escalation_policy: payments}\n", CHECKS)
WINDOW = timedelta(minutes=15)
"""Of every level of the profile that the stories use."""


@pytest.fixture
def meters() -> Meters:
    return Meters()


@pytest.fixture
async def world(postgres_server: Server, clock: VirtualClock, meters: Meters) -> AsyncIterator[World]:
    async with configured_world(postgres_server, clock, CHECKED, kinds=check_kinds(meters.executors())) as world:
        yield world


async def asks(world: World, by: str = "alice", **said: object) -> Incident:
    """Somebody asks for INC-1 to be resolved; what follows happens at once."""
    async with world.db.transaction() as tx:
        incident = await incidents.get_incident(tx.conn, EVERYTHING, "INC-1")
        after = await resolving.resolve(tx, incident.id, f"@{by}", Resolution(**said))  # type: ignore[arg-type]
    await world.worker.drain()
    return after


async def ticks(world: World, name: str = "queue", by: str = "alice") -> CheckState:
    async with world.db.transaction() as tx:
        incident = await incidents.get_incident(tx.conn, EVERYTHING, "INC-1")
        return await verification.tick(tx, incident.id, name, f"@{by}")


async def runs(world: World, by: str = "alice") -> dict[str, State]:
    async with world.db.transaction() as tx:
        incident = await incidents.get_incident(tx.conn, EVERYTHING, "INC-1")
        await verification.ask_for_checks(tx, incident.id, f"@{by}")
    await world.worker.drain()
    return await states(world)


async def states(world: World) -> dict[str, State]:
    async with world.db.connection() as conn:
        incident = await incidents.get_incident(conn, EVERYTHING, "INC-1")
        return {state.label: state.state for state in await verification.list_checks(conn, incident)}


async def attempt(world: World) -> Attempt:
    async with world.db.connection() as conn:
        found = await store.find_attempt(conn, (await world.see()).id)
    assert found is not None
    return found


async def taken(world: World) -> None:
    """Alice has declared it, and works on it."""
    await world.declare("Checkout fails", services=("checkout",), severity="SEV-3")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")


async def test_a_run_finds_how_it_stands_and_the_timeline_says_so(world: World, meters: Meters) -> None:
    await taken(world)
    assert await states(world) == {
        "alerts": State.PASSING,
        "checkout/health": State.UNKNOWN,
        "checkout/queue": State.TO_TICK,
        "shop-db/port": State.UNKNOWN,
    }
    meters.bad["port"] = "db.example.com:5432 takes no connection."
    assert (await runs(world))["shop-db/port"] is State.FAILING
    await world.says("2 of 4 checks do not pass. checkout/queue: nobody has ticked it")
    await world.says("shop-db/port: db.example.com:5432 takes no connection.")
    meters.bad.clear()
    state = await ticks(world)
    assert (state.state, state.by) == (State.TICKED, "@alice")
    assert set((await runs(world)).values()) == {State.PASSING, State.TICKED}
    await world.says("All 4 checks pass.")
    await world.says("@alice ticked checkout/queue: The support queue does not grow.")


async def test_only_what_a_person_can_see_is_ticked(world: World) -> None:
    await taken(world)
    for name in ("health", "nothing", "shop-db/queue"):
        with pytest.raises(NotFound, match="checkout/queue"):
            await ticks(world, name)
    assert (await ticks(world, "checkout/queue")).state is State.TICKED


async def test_what_is_not_met_refuses_with_the_list_and_what_to_do(world: World, meters: Meters) -> None:
    await taken(world)
    with pytest.raises(Refused, match="checkout/queue: nobody has ticked it") as refused:
        await asks(world)
    assert "--override --why" in refused.value.remedy
    assert meters.looks == 0, "a run would not change it"
    await ticks(world)
    meters.bad["health"] = "Answered with HTTP 503."
    await asks(world)
    assert (await attempt(world)).stage is Stage.REFUSED
    await world.says("Not resolved, as @alice asked: checkout/health: Answered with HTTP 503.")
    with pytest.raises(Refused, match="HTTP 503"):
        await asks(world)
    assert meters.looks == 2, "what was found a moment ago is fresh"
    assert (await world.see()).status is Status.ACKNOWLEDGED


async def test_healthy_for_the_window_it_resolves_by_itself_and_keeps_what_was_said(
    world: World, meters: Meters
) -> None:
    await taken(world)
    await ticks(world)
    begun = world.clock.now()
    await asks(world, resolution="Rolled back v2.3.1", root_cause="A missing index")
    assert (await world.see()).status is Status.MONITORING
    waiting = await attempt(world)
    assert (waiting.stage, waiting.ends_at) == (Stage.WAITING, begun + WINDOW)
    await world.says("The checks pass. Resolves at 03:15 UTC if it stays healthy, as @alice asked.")
    await world.passes(minutes=14, seconds=59)
    assert (await world.see()).status is Status.MONITORING
    await world.passes(seconds=1)
    after = await world.see()
    assert (after.status, after.mitigated_at, after.resolved_at) == (Status.RESOLVED, begun, begun + WINDOW)
    assert (after.resolution, after.root_cause) == ("Rolled back v2.3.1", "A missing index")
    assert meters.looks == 2 * 4, "at once, every five minutes, and at the end"
    assert (await attempt(world)).stage is Stage.DONE
    await world.says("Resolved by @alice. Rolled back v2.3.1.")
    world.phone("alice").receives("resolved")


async def test_after_the_window_it_resolves_at_once(world: World) -> None:
    await taken(world)
    await ticks(world)
    async with world.db.transaction() as tx:
        await incidents.change_status(tx, (await world.see()).id, Status.MONITORING, "@alice")
    await world.passes(minutes=20)
    await asks(world)
    assert (await world.see()).status is Status.RESOLVED
    world.phone("alice").receives("resolved")


async def test_a_check_that_fails_inside_the_window_brings_it_back(world: World, meters: Meters) -> None:
    await taken(world)
    await ticks(world)
    await asks(world)
    meters.bad["health"] = "Answered with HTTP 503."
    await world.passes(minutes=5)
    after = await world.see()
    assert (after.status, after.mitigated_at) == (Status.INVESTIGATING, None)
    await world.says("Relapse. Inside the stability window: checkout/health: Answered with HTTP 503. Back to")
    await world.says("It does not resolve by itself, as @alice asked")
    assert (await attempt(world)).stage is Stage.CALLED_OFF
    world.phone("alice").receives("page", saying="Inside the stability window")
    assert (await states(world))["checkout/queue"] is State.TO_TICK, "what was seen before says nothing now"
    await world.acknowledge("alice")
    for _ in range(3):
        await world.works("alice")
        await world.passes(minutes=20)
    assert (await world.see()).status is Status.INVESTIGATING


async def test_an_alert_inside_the_window_brings_it_back_and_whoever_asked_is_told(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.acknowledge("bob")
    world.phone("alice").receives("acknowledged")
    await ticks(world)
    with pytest.raises(Refused, match="alerts: An attached alert fires"):
        await asks(world, by="bob")
    await world.clears("HighErrorRate", **BURNING)
    for name in ("alice", "bob"):
        world.phone(name).receives("info")
    await asks(world, by="bob")
    await world.passes(minutes=3)
    await world.alert("HighErrorRate", **BURNING)
    assert (await world.see()).status is Status.INVESTIGATING
    world.phone("alice").receives("page", saying="fires again")
    world.phone("bob").receives("info", saying="It does not resolve by itself, as @bob asked")
    await world.acknowledge("bob")
    world.phone("alice").receives("acknowledged")
    await world.works("bob")
    await world.passes(minutes=20)
    assert (await world.see()).status is Status.INVESTIGATING


async def test_whoever_works_on_it_again_calls_the_window_off(world: World) -> None:
    await taken(world)
    await ticks(world)
    await asks(world)
    async with world.db.transaction() as tx:
        await incidents.change_status(tx, (await world.see()).id, Status.INVESTIGATING, "@bob", "not convinced")
    await world.worker.drain()
    assert (await attempt(world)).stage is Stage.CALLED_OFF
    world.phone("alice").receives("info", saying="not convinced")
    await world.works("alice")
    await world.passes(minutes=20)
    assert (await world.see()).status is Status.INVESTIGATING


async def adds(world: World, check: Check, by: str = "bob") -> None:
    async with world.db.transaction() as tx:
        await own_checks.add_check(tx, (await world.see()).id, check, f"@{by}")
    await world.worker.drain()


async def test_a_check_that_is_added_in_the_room_counts_and_one_that_nobody_has_looked_at_ends_the_wait(
    world: World, meters: Meters
) -> None:
    await taken(world)
    await ticks(world)
    await asks(world)
    looks = meters.looks
    await adds(world, HttpCheck(name="cart", url="https://shop.example.com/cart"))
    assert meters.looks == looks + 3, "it is looked at once, with the others"
    assert (await attempt(world)).stage is Stage.WAITING
    assert (await states(world))["cart"] is State.PASSING
    await adds(world, ManualCheck(name="refunds", asks="The refunds are paid."))
    assert (await attempt(world)).stage is Stage.CALLED_OFF
    assert (await world.see()).status is Status.MONITORING, "it is no relapse"
    world.phone("alice").receives("info", saying="@bob added the check refunds: The refunds are paid.")
    await ticks(world, "refunds")
    await asks(world)
    async with world.db.transaction() as tx:
        await verification.take_tick_back(tx, (await world.see()).id, "refunds", "@alice")
    await world.says("@alice took the tick of refunds back")
    assert (await attempt(world)).stage is Stage.CALLED_OFF
    async with world.db.transaction() as tx:
        await own_checks.remove_check(tx, (await world.see()).id, "refunds", "@alice")
    assert "refunds" not in await states(world)
    meters.bad["cart"] = "Answered with HTTP 503."
    await asks(world)
    await world.passes(minutes=5)
    await world.says("Relapse. Inside the stability window: cart: Answered with HTTP 503.")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")


async def test_an_override_needs_a_reason_that_the_timeline_shows(world: World, meters: Meters) -> None:
    await taken(world)
    meters.bad["health"] = "Answered with HTTP 503."
    await runs(world)
    with pytest.raises(Invalid, match="needs a reason"):
        await asks(world, override=True)
    await asks(world, override=True, reason="the health page itself is broken")
    assert (await world.see()).status is Status.RESOLVED
    said = await world.says("@alice overrides the checks, because: the health page itself is broken.")
    assert "checkout/health: Answered with HTTP 503." in said.sentence
    assert "stability window had 15m to go" in said.sentence
    assert said.data["unmet"] == ["checkout/health", "checkout/queue"]
    world.phone("alice").receives("resolved")


async def test_what_was_declared_by_hand_and_has_no_check_waits_for_its_window_too(world: World) -> None:
    await world.declare("The office is dark", severity="SEV-3")
    world.phone("root").receives("page")
    await asks(world, by="root")
    after = await world.see()
    assert (after.status, after.acknowledged_by) == (Status.MONITORING, "@root")
    await world.passes(minutes=15)
    assert (await world.see()).status is Status.RESOLVED
    world.phone("root").receives("resolved")


async def test_asking_again_keeps_the_window_and_takes_the_newer_words(world: World, meters: Meters) -> None:
    await taken(world)
    await ticks(world)
    await asks(world, resolution="first words")
    ends_at = (await attempt(world)).ends_at
    await world.passes(minutes=6, seconds=30)
    await asks(world, by="bob", resolution="better words")
    assert (await attempt(world)).ends_at == ends_at
    meters.bad["port"] = "db.example.com:5432 takes no connection."
    await world.passes(minutes=2)
    await asks(world, by="bob")
    assert (await world.see()).status is Status.INVESTIGATING, "asked inside the window, it is a relapse"
    world.phone("alice").receives("page")
    world.phone("bob").receives("info")
    await world.acknowledge("alice")


async def test_closing_asks_for_the_same(world: World) -> None:
    await taken(world)
    incident = await world.see()
    async with world.db.transaction() as tx:
        with pytest.raises(Refused, match="nobody has ticked it"):
            await resolving.close(tx, incident.id, "@alice", Resolution())
    await ticks(world)
    await runs(world)
    async with world.db.transaction() as tx:
        with pytest.raises(Refused, match="healthy for its stability window"):
            await resolving.close(tx, incident.id, "@alice", Resolution())
    async with world.db.transaction() as tx:
        wish = Resolution(override=True, reason="a test of the alarm")
        closed = await resolving.close(tx, incident.id, "@alice", wish)
    assert closed.status is Status.CLOSED
    await world.worker.drain()
    world.phone("alice").receives("resolved")
