"""A top-level incident with a small team, from the first alert to the all-clear, in virtual time: a commander by
acknowledgement, roles, a mitigation that makes it worse, a hand-off, a relapse inside the window.
"""

from collections.abc import AsyncIterator

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.world import EVERYTHING, World, new_world
from tocsin.incidents import assigning, handoffs
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Incident, Status
from tocsin.incidents.roles import Holding, HoldingState, RoleName, commander_of
from tocsin.kernel.clock import VirtualClock
from tocsin.kernel.errors import Refused
from tocsin.kernel.tx import Tx
from tocsin.mitigation import service as mitigation
from tocsin.mitigation import worse
from tocsin.mitigation.model import MitigationDraft, Result
from tocsin.room.brief import brief, brief_text
from tocsin.room.facts import gather
from tocsin.verification import resolving
from tocsin.verification.model import Resolution

BURNING = {"job": "checkout", "severity": "critical"}
SENIORS = ORGANISATION.replace(
    "{name: alice, email: alice@example.com}", "{name: alice, email: a@example.com, senior: true}"
)


@pytest.fixture
async def world(dsn: str, clock: VirtualClock) -> AsyncIterator[World]:
    async with new_world(dsn, clock) as world:
        await world.configure(SENIORS)
        yield world


async def the_incident(tx: Tx) -> Incident:
    return await incidents.get_incident(tx.conn, EVERYTHING, "INC-1")


async def takes(world: World, who: str, role: RoleName) -> None:
    async with world.db.transaction() as tx:
        await assigning.assign(tx, (await the_incident(tx)).id, role, who, f"@{who}")


async def mitigates(world: World, who: str, what: str, way_back: str | None = None) -> int:
    async with world.db.transaction() as tx:
        draft = MitigationDraft(what=what, way_back=way_back)
        return (await mitigation.begin(tx, (await the_incident(tx)).id, draft, f"@{who}")).n


async def hands_on(world: World, giver: str, taker: str) -> str:
    """With the brief that the records make; returns it."""
    async with world.db.transaction() as tx:
        incident = await the_incident(tx)
        text = brief_text(brief(await gather(tx.conn, incident)))
        await handoffs.offer_handoff(tx, incident.id, taker, f"@{giver}", text)
    await world.worker.drain()
    return text


async def accepts(world: World, who: str, words: str) -> None:
    async with world.db.transaction() as tx:
        await handoffs.accept_handoff(tx, (await the_incident(tx)).id, f"@{who}", words)
    await world.worker.drain()


async def asks_to_resolve(world: World, who: str, **said: str) -> Incident:
    async with world.db.transaction() as tx:
        after = await resolving.resolve(tx, (await the_incident(tx)).id, f"@{who}", Resolution(**said))  # type: ignore[arg-type]
    await world.worker.drain()
    return after


async def team(world: World) -> list[Holding]:
    async with world.db.connection() as conn:
        return await assigning.list_holdings(conn, (await world.see()).id)


async def test_from_the_first_alert_to_the_all_clear(world: World) -> None:
    await world.alert("HighErrorRate", **BURNING)
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    assert commander_of(await team(world)) == "alice", "she is senior, and nobody else is named (ROL-2)"
    world.phone("alice").receives("info", saying="Tocsin made you the commander of INC-1.")
    await takes(world, "bob", RoleName.TECH_LEAD)
    await takes(world, "carol", RoleName.COMMUNICATIONS_LEAD)

    await world.passes(minutes=4)
    first = await mitigates(world, "bob", "switched the payment cache off", "switch it on again")
    async with world.db.transaction() as tx:
        done = await worse.made_worse(
            tx, (await the_incident(tx)).id, first, "@bob", "errors doubled", helpers=("dave",)
        )
    await world.worker.drain()
    assert done.way_back == "switch it on again"
    page = world.phone("dave").receives("page", by="email")
    for name in ("alice", "carol"):
        world.phone(name).receives("info", saying="A mitigation made it worse, says @bob")
    await world.follows_link(page)
    world.phone("alice").receives("info", saying="dave comes to help")
    second = await mitigates(world, "dave", done.way_back)
    async with world.db.transaction() as tx:
        await mitigation.finish(tx, (await the_incident(tx)).id, second, Result.HELPED, "@dave", "back to 8 %")

    await world.works("alice", words="roll 2.3.1 back, then hand over to dave")
    text = await hands_on(world, "alice", "dave")
    assert "switched the payment cache off: made it worse" in text
    world.phone("dave").receives("info", by="email", saying="@alice offers you the role of commander")
    await accepts(world, "dave", "next update at 14:30")
    assert [(each.user, each.state) for each in await team(world) if each.role is RoleName.COMMANDER] == [
        ("alice", HoldingState.AVAILABLE),
        ("dave", HoldingState.HOLDS),
    ]
    for name in ("alice", "bob", "carol"):
        world.phone(name).receives("info", saying="@dave has taken over as commander from alice")

    third = await mitigates(world, "bob", "rolled 2.3.1 back")
    with pytest.raises(Refused, match="alerts"):
        await asks_to_resolve(world, "dave")
    await world.clears("HighErrorRate", **BURNING)
    async with world.db.transaction() as tx:
        await mitigation.finish(tx, (await the_incident(tx)).id, third, Result.HELPED, "@bob")
    assert (await world.see()).status is Status.MONITORING
    for name in ("alice", "dave"):
        world.phone(name).receives("info", by="email", saying="The last alert has cleared")
    world.nobody_else_is_paged()

    await asks_to_resolve(world, "dave", resolution="2.3.1 is rolled back", root_cause="a cache without a limit")
    await world.passes(minutes=6)
    await world.alert("HighErrorRate", **BURNING)
    assert (await world.see()).status is Status.INVESTIGATING, (
        "a relapse inside the window is the same incident (RES-2)"
    )
    world.phone("alice").receives("page", saying="fires again")
    world.phone("dave").receives("info", by="webhook", saying="@dave commands, and ends it.")  # some minutes later
    await world.acknowledge("dave")
    world.phone("alice").receives("acknowledged", saying="@dave has acknowledged INC-1.")
    assert commander_of(await team(world)) == "dave", "whoever commands goes on to"
    fourth = await mitigates(world, "bob", "restarted the last node that ran 2.3.1")
    await world.passes(minutes=3)
    await world.clears("HighErrorRate", **BURNING)
    async with world.db.transaction() as tx:
        await mitigation.finish(tx, (await the_incident(tx)).id, fourth, Result.HELPED, "@bob")
    for name in ("alice", "dave"):
        world.phone(name).receives("info", by="email", saying="The last alert has cleared")
    world.nobody_else_is_paged()

    wish = {"resolution": "2.3.1 is gone from every node", "root_cause": "a cache without a limit"}
    await asks_to_resolve(world, "dave", **wish)
    await world.passes(minutes=20)
    over = await world.see()
    assert (over.status, over.resolution, over.root_cause) == (Status.RESOLVED, *wish.values())
    world.phone("dave").receives("info", by="webhook", saying="The last alert has cleared")
    for way in ("email", "webhook"):
        world.phone("dave").receives("resolved", by=way)
    for name in ("alice", "bob", "carol"):
        world.phone(name).receives("resolved", by="email", saying="2.3.1 is gone from every node.")
    world.nobody_else_is_paged()
    sentences = [entry.sentence for entry in await world.timeline()]
    order = ["alice is the commander now", "made it worse", "has taken over", "Relapse", "Resolved"]
    found = [next(n for n, sentence in enumerate(sentences) if words in sentence) for words in order]
    assert found == sorted(found)
