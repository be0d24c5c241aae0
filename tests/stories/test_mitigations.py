"""What is done against an incident, and what follows when it makes things worse (MIT-0, ROL-5), in virtual time."""

from datetime import timedelta

import pytest

from tests.support.world import World
from tocsin.incidents import assigning
from tocsin.incidents.model import Status
from tocsin.incidents.roles import RoleName
from tocsin.kernel.errors import NotFound, Refused
from tocsin.mitigation import service, worse
from tocsin.mitigation.model import Mitigation, MitigationDraft, Result
from tocsin.mitigation.worse import Worsened

BURNING = {"job": "checkout", "severity": "critical"}


async def burning(world: World) -> None:
    """alice has it and commands; bob is tech lead."""
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    async with world.db.transaction() as tx:
        await assigning.assign(tx, 1, RoleName.COMMANDER, "alice", "@alice")
        await assigning.assign(tx, 1, RoleName.TECH_LEAD, "bob", "@bob")


async def begin(world: World, what: str, *, is_identified: bool = False, **said: object) -> Mitigation:
    """bob records it."""
    async with world.db.transaction() as tx:
        draft = MitigationDraft(what=what, **said)  # type: ignore[arg-type]
        return await service.begin(tx, 1, draft, "@bob", is_identified=is_identified)


async def finish(world: World, n: int, result: Result) -> Mitigation:
    async with world.db.transaction() as tx:
        return await service.finish(tx, 1, n, result, "@bob")


async def made_worse(world: World, n: int = 1, **said: object) -> Worsened:
    async with world.db.transaction() as tx:
        done = await worse.made_worse(tx, 1, n, "@bob", **said)  # type: ignore[arg-type]
    await world.worker.drain()
    return done


async def recorded(world: World) -> list[tuple[int, str, Result | None]]:
    async with world.db.connection() as conn:
        return [(each.n, each.what, each.result) for each in await service.list_mitigations(conn, 1)]


async def is_mitigating(world: World) -> bool:
    async with world.db.connection() as conn:
        return await service.list_mitigating(conn, [1, 2]) == {1}


async def test_what_is_done_is_kept_with_its_result(world: World) -> None:
    await burning(world)
    assert not await is_mitigating(world)
    await begin(world, "restarted the workers")
    await begin(world, "rolled back to v2.3.0", started_at=world.clock.now() - timedelta(minutes=2), by="dave")
    await world.says("Mitigation 2 begins, by @dave: rolled back to v2.3.0.")
    assert await is_mitigating(world)
    await finish(world, 1, Result.NO_EFFECT)
    await finish(world, 2, Result.HELPED)
    assert not await is_mitigating(world)
    assert await recorded(world) == [
        (1, "restarted the workers", Result.NO_EFFECT),
        (2, "rolled back to v2.3.0", Result.HELPED),
    ]
    with pytest.raises(Refused, match="has ended: it helped"):
        await finish(world, 2, Result.HELPED)
    with pytest.raises(NotFound, match="INC-1 has no mitigation 3"):
        await finish(world, 3, Result.HELPED)


async def test_the_status_moves_only_when_a_person_says_so(world: World) -> None:
    await burning(world)
    await begin(world, "restarted the workers")
    assert (await world.see()).status is Status.ACKNOWLEDGED
    await begin(world, "rolled back to v2.3.0", is_identified=True)
    assert (await world.see()).status is Status.IDENTIFIED
    await world.says("Status acknowledged → identified, by @bob. Mitigation 2 addresses it.")


async def test_rol_5_one_act_stops_it_asks_calls_tells_and_offers_the_way_back(world: World) -> None:
    await burning(world)
    await begin(world, "disabled the cache", way_back="switch the cache on again")
    done = await made_worse(world, note="errors doubled")
    assert (done.way_back, done.called) == ("switch the cache on again", "the next step of the escalation")
    assert await recorded(world) == [(1, "disabled the cache", Result.WORSE)]
    world.phone("bob").receives("page")
    world.phone("carol").receives("page")
    told = world.phone("alice").receives("info", saying="A mitigation made it worse, says @bob: disabled the cache.")
    assert [(line.label, line.value) for line in told.view.lines] == [
        ("The way back", "switch the cache on again"),
        ("Please decide", "Is SEV-2 still right, and how many are affected, after mitigation 1 made it worse?"),
    ]
    await world.says("Mitigation 1 (disabled the cache) made it worse, says @bob. errors doubled. It is stopped.")
    asked = await world.says("Is SEV-2 still right")
    assert asked.data["type"] == "question"


async def test_rol_5_helpers_may_be_named_or_nobody_called(world: World) -> None:
    await burning(world)
    await begin(world, "disabled the cache")
    done = await made_worse(world, helpers=("dave",))
    assert done.called == "dave"
    world.phone("dave").receives("page", by="email", saying="")
    world.phone("alice").receives("info")
    await begin(world, "enabled it again")
    assert (await made_worse(world, 2, calls_help=False)).called == ""
    world.phone("alice").receives("info")
    await world.acknowledge("dave")
    world.phone("alice").receives("info", saying="dave comes to help")


async def test_rol_5_when_nobody_is_left_to_call_it_says_whom_to_ask(world: World) -> None:
    await burning(world)
    for _ in range(4):  # step 2, both again, the last resort
        await world.escalate("alice")
    with pytest.raises(Refused):
        await world.escalate("alice")
    world.airwaves.unread.clear()
    await begin(world, "disabled the cache")
    done = await made_worse(world)
    assert done.called == ""
    assert "Name who shall help: tocsin add-responder INC-1 NAME." in done.why_nobody
    await world.says(done.why_nobody)
    world.phone("alice").receives("info")
