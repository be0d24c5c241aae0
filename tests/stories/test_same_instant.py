"""An acknowledgement and the escalation in the same instant, in each order: the lock decides, nothing is doubled."""

import asyncio
from datetime import timedelta

from tests.support.world import EVERYTHING, World
from tocsin.incidents import service as incidents
from tocsin.paging import service as paging
from tocsin.paging.model import RunState

BURNING = {"job": "checkout", "severity": "critical"}
_SECOND = timedelta(seconds=1)


async def fire(world: World, run_id: int, armed: int) -> None:
    """The timer in the hands of a worker that had claimed it before anybody answered."""
    async with world.db.transaction() as tx:
        await paging.advance(tx, run_id, armed)


async def test_the_acknowledgement_comes_first(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.passes(minutes=4, seconds=59)
    world.clock.advance(_SECOND)
    run_id, armed = (await world.rows("select id, armed from escalation_run"))[0]
    async with world.db.transaction() as tx:
        incident = await incidents.get_incident(tx.conn, EVERYTHING, "INC-1")
        await incidents.acknowledge(tx, incident.id, "@alice", "cli")
        firing = asyncio.create_task(fire(world, run_id, armed))
        await world.until_blocked()
    await firing
    await world.passes(minutes=29)
    assert (await world.explain()).state is RunState.ACKNOWLEDGED
    world.nobody_else_is_paged()


async def test_the_escalation_comes_first(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.passes(minutes=4, seconds=59)
    world.clock.advance(_SECOND)
    run_id, armed = (await world.rows("select id, armed from escalation_run"))[0]
    async with world.db.transaction() as tx:
        await paging.advance(tx, run_id, armed)
        answering = asyncio.create_task(world.acknowledge("alice"))
        await world.until_blocked()
    await answering
    await world.passes(minutes=29)
    assert (await world.explain()).state is RunState.ACKNOWLEDGED
    # Their pages had not left yet: they are called off, and nobody is told of something they never heard about.
    world.nobody_else_is_paged()
    assert {call.outcome for call in (await world.explain()).calls} == {"answered, by this person or another"}


async def test_a_timer_that_fires_twice_pages_once(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    run_id, armed = (await world.rows("select id, armed from escalation_run"))[0]
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    for stale in (armed, armed - 1):
        async with world.db.transaction() as tx:
            await paging.advance(tx, run_id, stale)
    await world.worker.drain()
    world.nobody_else_is_paged()


async def test_a_timer_that_fires_early_waits_for_its_minute(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    run_id, armed = (await world.rows("select id, armed from escalation_run"))[0]
    async with world.db.transaction() as tx:
        await paging.advance(tx, run_id, armed)
    await world.worker.drain()
    world.nobody_else_is_paged()
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")


async def test_two_people_answer_at_once(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.passes(minutes=5)
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    async with world.db.transaction() as tx:
        incident = await incidents.get_incident(tx.conn, EVERYTHING, "INC-1")
        await incidents.acknowledge(tx, incident.id, "@alice", "cli")
        second = asyncio.create_task(world.acknowledge("bob", via="web"))
        await world.until_blocked()
    await second
    world.phone("bob").receives("acknowledged", saying="@alice")
    world.phone("carol").receives("acknowledged", saying="@alice")
    assert (await world.see()).acknowledged_by == "@bob"
