"""Two incidents that are one, and then two again (LIF-6): who is called, where alerts go, what stays readable."""

import pytest

from tests.support.world import World
from tocsin.incidents import linking
from tocsin.incidents.linking import LinkKind
from tocsin.incidents.model import Status
from tocsin.kernel.errors import Invalid, Refused, TocsinError
from tocsin.paging.model import RunState
from tocsin.verification import resolving, store
from tocsin.verification import service as verification
from tocsin.verification.model import Resolution, Stage, State


async def two(world: World) -> None:
    """INC-1 is alice's; INC-2 climbs, and dave has been called."""
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    await world.alert("SlowSearch", job="search")
    world.phone("dave").receives("page", by="email")


async def test_the_seconds_paging_stops_and_both_say_so(world: World) -> None:
    await two(world)
    await world.merge("alice", "INC-2", "INC-1", "the same database")
    assert "Merged into INC-1, by @alice: the work goes on there." in world.phone("dave").receives("info").view.what
    await world.says("INC-2 is merged into this one, by @alice: SlowSearch. the same database.", "INC-1")
    await world.says("Merged into INC-1, by @alice: the work goes on there. the same database.", "INC-2")
    merged = await world.see("INC-2")
    assert (merged.status, merged.merged_into) == (Status.RESOLVED, (await world.see("INC-1")).id)
    assert (await world.explain("INC-2")).state is RunState.STOPPED
    await world.says("INC-2 declared", "INC-2")
    await world.passes(minutes=3)
    world.phone("dave").receives("info", by="webhook")
    await world.passes(minutes=26)
    world.nobody_else_is_paged()
    assert not [entry for entry in await world.timeline("INC-2") if "Resolved before" in entry.sentence]


async def test_its_alerts_join_the_other_while_it_is_merged(world: World) -> None:
    await two(world)
    await world.merge("alice", "INC-2", "INC-1")
    world.airwaves.unread.clear()
    await world.passes(minutes=1)
    await world.alert("SlowSearch", job="search", instance="b")
    await world.says("1 more alert joined (2 in all): SlowSearch.", "INC-1")
    world.phone("alice").receives("info", saying="1 more alert joined")
    assert (await world.see("INC-1")).alerts == 3, "its own, and both of the other"
    async with world.db.connection() as conn:
        first, *_ = await verification.list_checks(conn, await world.see("INC-1"))
    assert first.state is State.FAILING
    await world.clears("HighErrorRate", job="checkout", severity="critical")
    await world.says("Other alerts of this incident still fire.", "INC-1")
    assert (await world.see("INC-1")).status is Status.ACKNOWLEDGED
    await world.clears("SlowSearch", job="search")
    await world.clears("SlowSearch", job="search", instance="b")
    assert (await world.see("INC-1")).status is Status.MONITORING
    world.airwaves.unread.clear()


async def test_what_waits_to_resolve_and_is_merged_is_not_said_to_be_resolved(world: World) -> None:
    await world.declare("Checkout fails", severity="SEV-3")
    await world.declare("Search fails", severity="SEV-3")
    world.airwaves.unread.clear()
    async with world.db.transaction() as tx:
        waits = await resolving.resolve(tx, (await world.see("INC-2")).id, "@bob", Resolution())
    assert waits.status is Status.MONITORING
    await world.merge("alice", "INC-2", "INC-1")
    async with world.db.connection() as conn:
        attempt = await store.find_attempt(conn, waits.id)
    assert attempt is not None
    assert (attempt.stage, attempt.ends_at) == (Stage.CALLED_OFF, None)
    await world.says("It does not resolve by itself, as @bob asked: Merged into INC-1", "INC-2")
    world.phone("bob").receives("info", saying="Merged into INC-1")
    world.airwaves.unread.clear()


async def test_split_it_is_called_for_again_and_has_its_alerts_back(world: World) -> None:
    await two(world)
    await world.merge("alice", "INC-2", "INC-1")
    world.phone("dave").receives("info")
    await world.passes(minutes=1)
    await world.split("alice", "INC-2", "it goes on without the database")
    assert "split from INC-1" in world.phone("dave").receives("page").view.what
    await world.says("INC-2 is split from this one, by @alice: it goes on without the database.", "INC-1")
    after = await world.see("INC-2")
    assert (after.status, after.merged_into, after.resolved_at) == (Status.INVESTIGATING, None, None)
    assert (after.alerts, (await world.see("INC-1")).alerts) == (1, 1)
    await world.acknowledge("dave", "INC-2")
    await world.alert("SlowSearch", job="search", instance="b")
    await world.says("1 more alert joined (2 in all): SlowSearch.", "INC-2")
    world.airwaves.unread.clear()


async def test_what_is_over_ends_with_the_alerts_of_both(world: World) -> None:
    await two(world)
    await world.merge("alice", "INC-2", "INC-1")
    world.phone("dave").receives("info")
    await world.resolve("alice", "INC-1", "rolled back")
    world.phone("alice").receives("resolved")
    assert await world.rows("SELECT count(*) FROM alert_group WHERE closed_at IS NULL") == [(0,)]


@pytest.mark.parametrize("deed", ["resolve", "reopen", "acknowledge"])
async def test_what_is_merged_is_worked_on_in_the_other(world: World, deed: str) -> None:
    await two(world)
    await world.merge("alice", "INC-2", "INC-1")
    world.phone("dave").receives("info")
    deeds = {
        "resolve": lambda: world.resolve("alice", "INC-2"),
        "reopen": lambda: world.reopen("alice", "it is back", "INC-2"),
        "acknowledge": lambda: world.acknowledge("alice", "INC-2"),
    }
    with pytest.raises(Refused):
        await deeds[deed]()


async def test_what_cannot_be_merged_says_what_to_do(world: World) -> None:
    await two(world)
    await world.declare("A third")
    world.airwaves.unread.clear()

    async def refused(ref: str, into: str, kind: type[TocsinError]) -> str:
        with pytest.raises(kind) as said:
            await world.merge("alice", ref, into)
        return said.value.remedy

    assert "--into" in await refused("INC-1", "INC-1", Invalid)
    await world.merge("alice", "INC-2", "INC-1")
    world.airwaves.unread.clear()
    assert "Merge into that one" in await refused("INC-3", "INC-2", Refused)
    assert "tocsin split INC-2" in await refused("INC-2", "INC-3", Refused)
    assert "Split them" in await refused("INC-1", "INC-3", Refused)
    await world.resolve("alice", "INC-3")
    world.airwaves.unread.clear()
    assert "tocsin link INC-3 --to INC-1" in await refused("INC-3", "INC-1", Refused)
    with pytest.raises(Refused, match="merged into nothing"):
        await world.split("alice", "INC-1", "x")
    with pytest.raises(Invalid, match="reason"):
        await world.split("alice", "INC-2", " ")


async def test_links_are_on_both_timelines_and_can_be_taken_back(world: World) -> None:
    await two(world)
    one, other = await world.see("INC-1"), await world.see("INC-2")
    async with world.db.transaction() as tx:
        await linking.link(tx, other.id, one.id, LinkKind.RELATED, "@alice")
        await linking.link(tx, other.id, one.id, LinkKind.CAUSE, "@alice")
    await world.says("INC-1 is the cause, says @alice.", "INC-2")
    await world.says("This is the cause of INC-2, says @alice.", "INC-1")
    assert await world.rows("SELECT kind FROM incident_link") == [("cause",)]
    async with world.db.transaction() as tx:
        await linking.unlink(tx, one.id, other.id, "@bob")
        with pytest.raises(Refused, match="not linked"):
            await linking.unlink(tx, one.id, other.id, "@bob")
        with pytest.raises(Invalid, match="itself"):
            await linking.link(tx, one.id, one.id, LinkKind.RELATED, "@bob")
    await world.acknowledge("dave", "INC-2")
