"""An override counts everywhere at once (ONC-1): who is paged, a second later and at the next step of a ladder that
runs already.
"""

from datetime import timedelta
from typing import Any

from tests.support.world import World
from tocsin.oncall import changes
from tocsin.oncall import service as oncall
from tocsin.oncall.change_model import OverrideDraft, Placed

BURNING: dict[str, Any] = {"job": "checkout", "severity": "critical"}
ANYWAY = "nobody on the team is awake"


async def override(world: World, by: str, user: str, schedule: str = "primary", **more: timedelta) -> Placed:
    now = world.clock.now()
    draft = OverrideDraft(
        schedule=schedule,
        user=user,
        starts_at=now + more.get("after", timedelta()),
        ends_at=now + more.get("until", timedelta(hours=8)),
    )
    async with world.db.transaction() as tx:
        made = await changes.add_override(tx, await world.viewer(by), draft, ANYWAY)
    await world.worker.drain()
    return made


async def test_a_second_later_the_new_person_is_paged_and_nobody_else(world: World) -> None:
    await override(world, "dave", "dave")
    lost = world.phone("alice").receives("notice", saying="A shift of yours in primary is taken over")
    assert lost.view.what == (
        "@dave made an override: dave is on call in primary, Mon 2026-11-02 03:00 to Mon 2026-11-02 11:00 (UTC)."
    )
    assert [(line.label, line.value) for line in lost.view.lines] == [
        ("No longer", "Mon 2026-11-02 03:00 to Mon 2026-11-02 11:00 (UTC)")
    ]
    await world.passes(seconds=1)
    await world.alert("HighErrorRate", **BURNING)
    assert "primary" in world.phone("dave").receives("page", by="email").view.why_you
    await world.acknowledge("dave")


async def test_the_next_step_of_a_running_escalation_asks_anew(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.passes(minutes=4)
    await override(world, "carol", "dave", schedule="secondary")
    world.phone("bob").receives("notice", saying="taken over")
    world.phone("dave").receives("notice", saying="You are on call in secondary")
    await world.passes(minutes=1)
    world.phone("dave").receives("page", by="email")
    world.phone("carol").receives("page")
    await world.acknowledge("dave")
    world.phone("alice").receives("acknowledged")
    world.phone("carol").receives("acknowledged")


async def test_who_gives_back_a_shift_early_is_not_paged_any_more(world: World) -> None:
    made = await override(world, "dave", "dave")
    world.phone("alice").receives("notice", saying="taken over")
    await world.passes(hours=1)
    async with world.db.transaction() as tx:
        await changes.end_override(tx, await world.viewer("dave"), made.override.id or 0, ANYWAY)
    await world.worker.drain()
    world.phone("alice").receives("notice", saying="You are on call in primary")
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    async with world.db.connection() as conn:
        past = await oncall.who_is_on_call(conn, "primary", world.clock.now() - timedelta(minutes=30))
    assert past.users == ("dave",)
