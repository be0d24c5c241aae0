"""Maintenance in virtual time: nobody is called while a service is worked on, nothing is forgotten (ALR-7, PAG-10)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.world import EVERYTHING, World
from tocsin.alerts import groups, maintenances, reading
from tocsin.alerts.model import Says
from tocsin.alerts.reading import AlertFilter
from tocsin.kernel.errors import Refused
from tocsin.paging.model import RunState

BURNING = {"job": "checkout", "severity": "critical"}


async def end(world: World, name: str = "upgrade") -> None:
    async with world.db.transaction() as tx:
        await maintenances.end_maintenance(tx, name, "@alice")
    await world.worker.drain()


async def reasons(world: World) -> list[str | None]:
    async with world.db.connection() as conn:
        return [alert.muted_reason for alert in await reading.list_alerts(conn, EVERYTHING, AlertFilter())]


async def test_an_alert_in_maintenance_is_held_with_its_reason_and_pages_at_the_end(world: World) -> None:
    await world.work_on("checkout")
    await world.alert("HighErrorRate", **BURNING)
    assert await reasons(world) == ["held: checkout is in maintenance until 2026-11-02 04:00 UTC (minor upgrade)"]
    await world.passes(minutes=59)
    world.nobody_else_is_paged()
    await world.passes(minutes=1)
    page = world.phone("alice").receives("page")
    why = "\n".join(line.value for line in page.view.lines)
    assert "until now it was held: checkout is in maintenance until 2026-11-02 04:00 UTC" in why
    assert await reasons(world) == [None]


async def test_what_clears_in_maintenance_never_pages(world: World) -> None:
    await world.work_on("checkout")
    await world.alert("HighErrorRate", **BURNING)
    await world.passes(minutes=10)
    await world.clears("HighErrorRate", **BURNING)
    await world.passes(hours=2)
    world.nobody_else_is_paged()


async def test_a_running_escalation_stops_and_is_taken_up_again(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.work_on("checkout", after=3, minutes=30)
    await world.passes(minutes=3)
    world.phone("alice").receives("info", saying="Paging is held")
    await world.says("Escalation stops: checkout is in maintenance until 2026-11-02 03:33 UTC (minor upgrade).")
    story = await world.explain()
    assert story.now == (
        "Paging of INC-1 is held: checkout is in maintenance until 2026-11-02 03:33 UTC (minor upgrade)."
    )
    assert story.next.startswith("At 2026-11-02 03:33 UTC, unless it is over by then, people are paged")
    await world.passes(minutes=29)
    world.nobody_else_is_paged()
    await world.passes(minutes=1)
    assert "held by maintenance for 30 minutes" in world.phone("alice").receives("page").view.what
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")


async def test_ended_early_what_is_still_wrong_pages_at_once(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.work_on("checkout", "batch", name="upgrade")
    world.phone("alice").receives("info")
    await world.alert("NightlyFailed", job="batch", severity="critical")
    await world.passes(minutes=5)
    world.nobody_else_is_paged()
    await end(world)
    world.phone("alice").receives("page")
    world.phone("carol").receives("page", saying="NightlyFailed")
    async with world.db.transaction() as tx:
        with pytest.raises(Refused, match="over already"):
            await maintenances.end_maintenance(tx, "upgrade", "@bob")


async def test_acknowledged_or_resolved_meanwhile_nobody_is_called_at_the_end(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.alert("NightlyFailed", job="batch", severity="critical")
    world.phone("carol").receives("page")
    await world.work_on("checkout", "batch", minutes=20)
    world.phone("alice").receives("info")
    world.phone("carol").receives("info")
    await world.acknowledge("alice", "INC-1")
    await world.resolve("carol", "INC-2", "it was the upgrade")
    world.phone("carol").receives("resolved")
    await world.passes(minutes=25)
    world.nobody_else_is_paged()


async def test_what_is_taken_in_maintenance_and_left_lying_is_paged_again(world: World) -> None:
    """PAG-5 holds for it from the end of the maintenance on, though nobody is called before."""
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.work_on("checkout", minutes=50)
    world.phone("alice").receives("info")
    await world.acknowledge("alice")
    await world.passes(minutes=49)
    world.nobody_else_is_paged()
    await world.passes(minutes=12)
    world.phone("alice").receives("page", saying="alice")


async def test_what_resolves_by_itself_in_maintenance_is_left_to_do_so(world: World) -> None:
    await world.alert("NightlyFailed", job="batch", severity="critical")
    world.phone("carol").receives("page")
    await world.work_on("batch", minutes=20)
    world.phone("carol").receives("info")
    await world.passes(minutes=19)
    await world.clears("NightlyFailed", job="batch", severity="critical")
    await world.passes(hours=3)
    assert not (await world.see()).is_open
    world.phone("carol").receives("resolved")


async def test_a_maintenance_does_not_silence_what_is_also_about_another_service(world: World) -> None:
    await world.declare("Everything is slow", services=("checkout", "search"))
    world.phone("alice").receives("page")
    await world.work_on("checkout")
    assert (await world.explain()).state is RunState.RUNNING
    await world.work_on("search", minutes=10, name="both")
    world.phone("alice").receives("info", saying="until 2026-11-02 03:10")
    await world.passes(minutes=10)
    world.phone("alice").receives("page")


async def test_a_person_who_declares_in_maintenance_is_not_held_back(world: World) -> None:
    await world.work_on("checkout")
    await world.passes(minutes=1)
    await world.declare("The upgrade went wrong", services=("checkout",))
    world.phone("alice").receives("page")
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")


async def test_what_a_person_hands_over_in_maintenance_goes_on_as_it_said(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.work_on("checkout", minutes=30)
    world.phone("alice").receives("info", saying="Paging is held")
    await world.passes(minutes=5)
    await world.reassign("alice", "bob")
    page = world.phone("bob").receives("page")
    assert page.view.lines[-1].value == "the next step is called at 03:10 UTC"
    await world.passes(minutes=5)
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    world.phone("bob").receives("acknowledged")
    await world.works("alice")
    await world.passes(minutes=25)
    world.nobody_else_is_paged()
    assert await world.audit() == []


async def test_again_and_again(world: World) -> None:
    await world.work_on("checkout", after=60, minutes=30, repeat="FREQ=DAILY")
    for _ in range(3):
        await world.passes(minutes=65)
        await world.alert("HighErrorRate", **BURNING)
        await world.clears("HighErrorRate", **BURNING)
        world.nobody_else_is_paged()
        await world.passes(hours=24, minutes=-65)
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")


PLANNED = """
maintenance:
  - {name: db, services: [checkout], from: 2026-11-02T03:30, to: 2026-11-02T04:30, reason: minor upgrade}
"""


async def test_what_a_file_manages_is_ended_there(world: World) -> None:
    await world.configure(ORGANISATION + PLANNED)
    await world.passes(minutes=31)
    await world.alert("HighErrorRate", **BURNING)
    with pytest.raises(Refused, match=r"managed by tocsin\.yaml"):
        await end(world, "db")
    world.nobody_else_is_paged()
    await world.configure(ORGANISATION)
    world.phone("alice").receives("page")


async def test_a_window_moved_in_its_file_lets_go_of_what_it_held(world: World) -> None:
    await world.configure(ORGANISATION + PLANNED)
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    await world.passes(minutes=9)
    world.nobody_else_is_paged()
    await world.configure(ORGANISATION + PLANNED.replace("T03:30", "T03:10"))
    for name in ("alice", "bob", "carol"):
        world.phone(name).receives("info")
    await world.configure(ORGANISATION + PLANNED.replace("2026-11-02T", "2026-11-03T"))
    world.phone("alice").receives("page")


async def test_a_window_that_no_worker_saw_lets_go_too(world: World) -> None:
    """The worker was down from before the end of the window until long after."""
    await world.work_on("checkout", minutes=10)
    await world.alert("HighErrorRate", **BURNING)
    world.clock.advance(timedelta(hours=5))
    await world.worker.drain()
    world.phone("alice").receives("page")


@asynccontextmanager
async def grouping(world: World) -> AsyncIterator[None]:
    """A grouping has read that its alert is in maintenance, and has not committed yet."""
    await world.signal(Says.FIRING, "HighErrorRate", starts_at=world.clock.now(), **BURNING)
    ((alert_id,),) = await world.rows("select max(id) from alert")
    async with world.db.connection() as conn:
        await conn.execute("delete from job where kind = 'alerts.group'")  # it is ours, here
    async with world.db.transaction() as tx:
        await groups.group_alerts(tx, [alert_id])
        yield


async def test_an_early_end_waits_for_what_is_being_held_and_lets_it_go(world: World) -> None:
    await world.work_on("checkout", name="upgrade")
    async with grouping(world):
        ending = asyncio.create_task(end(world))
        await world.until_blocked()
    await ending
    world.phone("alice").receives("page")


async def test_what_is_held_in_the_instant_of_the_end_is_looked_at_again(world: World) -> None:
    """The turn at the end finds nothing to release yet; what is held brings a turn of its own."""
    await world.work_on("checkout", minutes=10)
    ((maintenance_id,),) = await world.rows("select id from maintenance")
    async with grouping(world):
        world.clock.advance(timedelta(minutes=11))
        async with world.db.transaction() as tx:
            await maintenances.turn(tx, maintenance_id, ["checkout"])
    await world.worker.drain()
    world.phone("alice").receives("page")


async def test_what_comes_back_in_the_instant_of_the_end_calls_once(world: World) -> None:
    """The relapse pages by itself; what looks at the end of the hold comes after it and has nothing left to let go."""
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.work_on("checkout", minutes=10)
    world.phone("alice").receives("info", saying="Paging is held")
    await world.passes(minutes=9)
    await world.clears("HighErrorRate", **BURNING)
    world.phone("alice").receives("info", saying="monitoring")
    world.clock.advance(timedelta(minutes=1))
    async with grouping(world):
        pass
    await world.worker.drain()
    world.phone("alice").receives("page")
    world.nobody_else_is_paged()
    assert len(await world.rows("select from escalation_run")) == 2
