"""An alert that comes and goes: held as one, told once, released when it has been quiet (ALR-7)."""

from tests.support.world import World

LABELS = {"job": "checkout", "severity": "critical"}
NAME = "HighErrorRate"


async def flap(world: World, *, times: int, every: float = 1) -> None:
    for _ in range(times):
        await world.passes(minutes=every)
        await world.clears(NAME, **LABELS)
        await world.passes(minutes=every)
        await world.alert(NAME, **LABELS)


async def begin_to_flap(world: World) -> None:
    """Fires, ends, fires – a relapse like any other –, ends: the fourth change."""
    await world.alert(NAME, **LABELS)
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await flap(world, times=1)
    world.phone("alice").receives("info", saying="cleared")
    world.phone("alice").receives("page", saying="again")
    await world.acknowledge("alice")
    await world.passes(minutes=1)
    await world.clears(NAME, **LABELS)


async def test_from_the_fourth_change_on_nobody_is_called_anew_and_the_incident_says_why(world: World) -> None:
    await begin_to_flap(world)
    await world.passes(minutes=1)
    await world.alert(NAME, **LABELS)
    await flap(world, times=10)
    world.nobody_else_is_paged()
    assert (await world.see()).status == "investigating"
    await world.says("HighErrorRate flaps: 4 changes within 10 minutes. It is held as one")
    assert await world.rows("select count(*) from incident") == [(1,)]
    assert await world.rows("select count(*) from ledger where kind = 'AlertFlaps'") == [(1,)]


async def test_it_is_released_after_ten_quiet_minutes_and_is_clear_when_it_does_not_fire(world: World) -> None:
    await begin_to_flap(world)
    await world.passes(minutes=9)
    assert (await world.see()).status == "investigating"
    await world.passes(minutes=1)
    await world.says("HighErrorRate has settled: no change for 10 minutes; it does not fire.")
    assert (await world.see()).status == "monitoring"
    world.phone("alice").receives("info", saying="cleared")
    await world.passes(minutes=5)
    await world.alert(NAME, **LABELS)
    world.phone("alice").receives("page", saying="again")


async def test_it_is_released_while_it_fires_and_its_end_counts_again(world: World) -> None:
    await begin_to_flap(world)
    await world.passes(minutes=1)
    await world.alert(NAME, **LABELS)
    await world.passes(minutes=10)
    await world.says("it still fires.")
    world.nobody_else_is_paged()
    await world.clears(NAME, **LABELS)
    world.phone("alice").receives("info", saying="cleared")


async def test_what_changes_more_slowly_does_not_flap(world: World) -> None:
    await world.alert(NAME, **LABELS)
    world.phone("alice").receives("page")
    for _ in range(3):
        await world.acknowledge("alice")
        await flap(world, times=1, every=4)
        world.phone("alice").receives("info", saying="cleared")
        world.phone("alice").receives("page", saying="again")
    assert await world.rows("select count(*) from alert where flaps_since is not null") == [(0,)]
