"""A request for cover from the question to the shift: who is told, when again, and what comes of it."""

from datetime import timedelta

from tests.stories.test_overrides import ANYWAY
from tests.support.world import World
from tocsin.oncall import cover
from tocsin.oncall.change_model import Choice, Cover, CoverDraft, CoverState


async def ask(world: World, ahead: timedelta, by: str = "alice") -> Cover:
    """Alice needs somebody for a day."""
    starts_at = world.clock.now() + ahead
    shift = Choice(starts_at=starts_at, ends_at=starts_at + timedelta(days=1))
    draft = CoverDraft(schedule="primary", user="alice", shift=shift, reason="wedding")
    async with world.db.transaction() as tx:
        made = await cover.ask_cover(tx, await world.viewer(by), draft)
    await world.worker.drain()
    return made


async def state(world: World, asked: Cover) -> CoverState:
    async with world.db.connection() as conn:
        found = await cover.list_cover(conn, asked.starts_at, CoverState)
    return next(each.state for each in found if each.id == asked.id)


def reminded(world: World, *names: str) -> None:
    for name in names:
        world.phone(name).receives("notice", saying="Nobody has taken it yet")


async def test_the_team_is_asked_again_as_the_shift_comes_nearer_and_at_last_its_leads(world: World) -> None:
    asked = await ask(world, timedelta(weeks=5))
    told = world.phone("bob").receives("notice", saying="Cover is needed in primary").view
    assert told.what == (
        "@alice asks: alice needs cover in primary, Mon 2026-12-07 03:00 to Tue 2026-12-08 03:00 (UTC): wedding."
    )
    assert told.lines[-1].value == f"open the page below, or: tocsin cover take {asked.id}"
    for before in (timedelta(weeks=4), timedelta(weeks=1), timedelta(days=1)):
        await world.worker.passes(asked.starts_at - before - timedelta(seconds=1) - world.clock.now())
        world.nobody_else_is_paged()
        await world.passes(seconds=1)
        reminded(world, "bob")
        world.nobody_else_is_paged()
    await world.passes(hours=12)
    reminded(world, "bob", "carol")
    world.nobody_else_is_paged()
    await world.passes(hours=12)
    world.phone("alice").receives("notice", saying="Nobody has taken it, and the shift stays")
    assert await state(world, asked) is CoverState.BEGUN
    await world.passes(hours=30)


async def test_taken_nobody_is_asked_again_and_the_page_goes_to_who_took_it(world: World) -> None:
    asked = await ask(world, timedelta(days=3))
    world.phone("bob").receives("notice", saying="Cover is needed")
    async with world.db.transaction() as tx:
        await cover.take_cover(tx, await world.viewer("bob"), asked.id, anyway=ANYWAY)
    await world.worker.drain()
    told = world.phone("alice").receives("notice", saying="A shift of yours in primary is taken over").view
    assert told.what.startswith("@bob takes it: alice needs cover in primary")
    await world.passes(hours=73)
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    world.phone("bob").receives("page")
    await world.acknowledge("bob")


async def test_asked_at_the_last_moment_the_leads_hear_it_at_once(world: World) -> None:
    asked = await ask(world, timedelta(hours=6))
    world.phone("bob").receives("notice", saying="Cover is needed")
    world.phone("carol").receives("notice", saying="Cover is needed")
    async with world.db.transaction() as tx:
        await cover.withdraw_cover(tx, await world.viewer("carol"), asked.id)
    await world.worker.drain()
    world.phone("alice").receives("notice", saying="@carol needs no cover any more")
    await world.passes(hours=7)
    assert await state(world, asked) is CoverState.WITHDRAWN


async def test_a_shift_that_is_no_longer_theirs_needs_no_cover(world: World) -> None:
    asked = await ask(world, timedelta(weeks=2))
    world.phone("bob").receives("notice", saying="Cover is needed")
    await world.rows("update schedule set layers = '[]' where name = 'primary' returning id")
    await world.passes(hours=24 * 8)
    assert await state(world, asked) is CoverState.WITHDRAWN
