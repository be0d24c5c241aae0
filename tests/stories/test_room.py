"""A top-level incident as its room tells it: the checklist ticks itself, the decision aid changes its mind, and whoever
takes over reads what the record says (GRD-2, ROL-3, ROL-4).
"""

from tests.support.world import World
from tocsin.incidents.roles import RoleName
from tocsin.mitigation import service as mitigation
from tocsin.mitigation.model import MitigationDraft, Result
from tocsin.room import checklists
from tocsin.room.aid import Advice, advise
from tocsin.room.brief import Brief, brief
from tocsin.room.composing import Line, Part
from tocsin.room.facts import gather


async def checklist(world: World) -> tuple[Part, ...]:
    async with world.db.connection() as conn:
        return await checklists.load_checklist(conn, await world.see(), world.clock.now())


async def current(world: World) -> Part:
    (part,) = [part for part in await checklist(world) if part.is_current]
    return part


async def line(world: World, text: str) -> Line:
    return next(each for part in await checklist(world) for each in part.lines if each.text == text)


async def advice(world: World, question: str) -> Advice:
    async with world.db.connection() as conn:
        known = await gather(conn, await world.see())
    return next(each for each in advise(known, world.clock.now()) if each.question == question)


async def briefed(world: World) -> Brief:
    async with world.db.connection() as conn:
        return brief(await gather(conn, await world.see()))


async def roll_back(world: World) -> None:
    async with world.db.transaction() as tx:
        draft = MitigationDraft(what="roll back v2.3", strategy="rollback")
        await mitigation.begin(tx, (await world.see()).id, draft, "@bob")
    await world.worker.drain()


async def it_helped(world: World) -> None:
    async with world.db.transaction() as tx:
        await mitigation.finish(tx, (await world.see()).id, 1, Result.HELPED, "@bob")
    await world.worker.drain()


async def test_the_checklist_ticks_itself_as_the_work_goes_on(world: World) -> None:
    await world.declare("Checkout is down", services=("checkout",), severity="SEV-1")
    world.phone("alice").receives("page")
    assert ((await current(world)).title, (await line(world, "Acknowledge the page")).is_ticked) == (
        "First 5 minutes",
        False,
    )
    await world.acknowledge("alice")
    await world.assigns("alice", RoleName.COMMANDER, "alice")
    assert (await line(world, "Acknowledge the page")).is_ticked
    assert (await line(world, "Name a commander")).is_ticked
    async with world.db.transaction() as tx:
        await checklists.tick(tx, (await world.see()).id, (await line(world, "Is it really down?")).n, "@bob")
    await world.says("@bob ticked “Is it really down?”.")
    await world.passes(minutes=6)
    assert (await current(world)).title == "Until minute 15"
    await roll_back(world)
    assert (await current(world)).title == "Mitigation"
    assert not (await line(world, "See the impact fall")).is_ticked
    await it_helped(world)
    assert (await line(world, "See the impact fall")).is_ticked


async def test_the_decision_aid_follows_what_is_known(world: World) -> None:
    await world.declare("Checkout is down", services=("checkout",), severity="SEV-1")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    assert (await advice(world, "Roll back?")).answer == "not yet"
    await world.observes("bob", "v2.3 was deployed two minutes before")
    assert (await advice(world, "Roll back?")).reasons == (
        "A change shortly before is the likeliest cause: bob wrote “v2.3 was deployed two minutes before”.",
    )
    await roll_back(world)
    assert (await advice(world, "Roll back?")).answer == "no"
    await world.passes(minutes=10)
    await world.works("alice")
    await world.passes(minutes=4)
    assert (await advice(world, "Escalate?")).answer == "not yet"
    await world.passes(minutes=1)
    assert "No cause after 15 minutes" in (await advice(world, "Escalate?")).reasons[0]


async def test_whoever_takes_over_reads_what_was_tried_and_what_is_open(world: World) -> None:
    await world.declare("Checkout is down", services=("checkout",), severity="SEV-1", impact="Nobody can pay")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.assigns("alice", RoleName.COMMANDER, "alice")
    await roll_back(world)
    await it_helped(world)
    await world.works("bob", words="is the cache warm?", entry_type="question")
    told = await briefed(world)
    assert told.impact == "Nobody can pay. Service: checkout."
    assert told.tried == ("roll back v2.3: helped, by @bob.",)
    assert told.people == ("Commander: alice.",)
    assert told.questions == ("bob asks: is the cache warm?",)
