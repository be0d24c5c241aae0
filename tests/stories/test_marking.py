"""Was it worth waking somebody (ALR-9)? Said at the answer or at the end, or not at all; kept with each page."""

import pytest

from tests.support.world import EVERYTHING, World
from tocsin.incidents import service as incidents
from tocsin.kernel.errors import Refused
from tocsin.paging import marking

BURNING = {"job": "checkout", "severity": "critical"}


async def mark(world: World, by: str, *, actionable: bool) -> None:
    async with world.db.transaction() as tx:
        incident = await incidents.get_incident(tx.conn, EVERYTHING, "INC-1")
        await marking.mark(tx, incident.id, f"@{by}", actionable=actionable)


async def marks(world: World) -> dict[str, bool | None]:
    return {call.who: call.actionable for call in (await world.explain()).calls}


async def burn(world: World) -> None:
    """alice, then bob and carol are called, and bob takes it."""
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.passes(minutes=5)
    for name in ("bob", "carol"):
        world.phone(name).receives("page")
    await world.acknowledge("bob")
    for name in ("alice", "carol"):
        world.phone(name).receives("acknowledged")


async def test_whoever_was_called_marks_their_own_page_and_may_think_again(world: World) -> None:
    await burn(world)
    assert await marks(world) == {"alice": None, "bob": None, "carol": None}
    await mark(world, "bob", actionable=True)
    await mark(world, "alice", actionable=False)
    assert await marks(world) == {"alice": False, "bob": True, "carol": None}
    await mark(world, "bob", actionable=False)
    assert await marks(world) == {"alice": False, "bob": False, "carol": None}
    await world.says("@bob: there was nothing to do for this page.")


async def test_who_was_not_called_marks_what_nobody_has_marked_also_when_it_is_over(world: World) -> None:
    await burn(world)
    await mark(world, "bob", actionable=False)
    await world.resolve("dave")
    for name in ("alice", "bob", "carol"):
        world.phone(name).receives("resolved")
    await mark(world, "dave", actionable=True)
    assert await marks(world) == {"alice": True, "bob": False, "carol": True}
    with pytest.raises(Refused, match="no page of INC-1 left to mark"):
        await mark(world, "dave", actionable=True)
