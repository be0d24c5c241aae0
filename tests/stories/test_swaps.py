"""A swap from the proposal to the page (ONC-1): who is told what and when, on both clocks, and what comes too late."""

from datetime import datetime, timedelta

import pytest

from tests.stories.test_overrides import ANYWAY
from tests.support.world import World
from tocsin.oncall import swaps
from tocsin.oncall.change_model import Choice, Swap, SwapDraft, SwapState

TOMORROW = timedelta(days=1)


@pytest.fixture
async def world(world: World) -> World:
    """Dave sits in New York, where the clock shows another time than that of the schedule."""
    await world.rows("update app_user set time_zone = 'America/New_York' where name = 'dave' returning id")
    return world


async def propose(world: World, taker: str = "dave", by: str = "alice") -> Swap:
    now = world.clock.now()
    gives = Choice(starts_at=now + TOMORROW, ends_at=now + 2 * TOMORROW)
    draft = SwapDraft(schedule="primary", giver="alice", taker=taker, gives=gives, reason="theatre")
    async with world.db.transaction() as tx:
        made = await swaps.propose_swap(tx, await world.viewer(by), draft)
    await world.worker.drain()
    return made


async def state(world: World, swap: Swap, at: datetime) -> SwapState:
    async with world.db.connection() as conn:
        return next(each for each in await swaps.list_swaps(conn, at, SwapState) if each.id == swap.id).state


async def test_accepted_it_moves_the_shift_and_the_pages(world: World) -> None:
    swap = await propose(world)
    asked = world.phone("dave").receives("notice", by="email", saying="A swap in primary?").view
    assert asked.what == (
        "@alice proposes a swap: alice gives dave primary, Tue 2026-11-03 03:00 to Wed 2026-11-04 03:00 (UTC): theatre."
    )
    assert [(line.label, line.value) for line in asked.lines] == [
        (
            "You would take",
            "Tue 2026-11-03 03:00 to Wed 2026-11-04 03:00 (UTC);"
            " on your clock Mon 2026-11-02 22:00 to Tue 2026-11-03 22:00 (EST)",
        ),
        ("To answer", f"open the page below, or: tocsin swap accept {swap.id} (or decline)"),
    ]
    assert asked.url == "https://tocsin.example.com/swaps"
    async with world.db.transaction() as tx:
        await swaps.accept_swap(tx, await world.viewer("dave"), swap.id, ANYWAY)
    await world.worker.drain()
    told = world.phone("alice").receives("notice", saying="A shift of yours in primary is taken over").view
    assert told.what.startswith("@dave accepted a swap: alice gives dave primary")
    await world.passes(hours=25)
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    world.phone("dave").receives("page", by="email")
    await world.acknowledge("dave")


async def test_unanswered_it_expires_when_the_shift_begins_and_both_are_told(world: World) -> None:
    swap = await propose(world, by="carol")
    world.phone("dave").receives("notice", saying="A swap in primary?")
    await world.passes(hours=23)
    assert await state(world, swap, world.clock.now()) is SwapState.PROPOSED
    await world.passes(hours=1)
    assert await state(world, swap, world.clock.now()) is SwapState.EXPIRED
    for name in ("alice", "dave"):
        world.phone(name).receives("notice", saying="Nobody has answered in time, and the shift stays")


async def test_declined_the_other_side_is_told_and_nothing_expires_later(world: World) -> None:
    swap = await propose(world)
    world.phone("dave").receives("notice", saying="A swap in primary?")
    async with world.db.transaction() as tx:
        await swaps.decline_swap(tx, await world.viewer("dave"), swap.id)
    await world.worker.drain()
    world.phone("alice").receives("notice", saying="@dave has declined the swap")
    await world.passes(hours=30)
    assert await state(world, swap, world.clock.now()) is SwapState.DECLINED
