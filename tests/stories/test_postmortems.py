"""Whoever owns a postmortem that is required is reminded of it until it is published (PMT-8)."""

from tests.support.world import World
from tocsin.incidents import findings
from tocsin.incidents import service as incidents
from tocsin.incidents.model import Declaration, Incident
from tocsin.postmortems import service


async def it_is_over(world: World) -> Incident:
    """A SEV-1 that Alice had, and that is resolved."""
    async with world.db.transaction() as tx:
        incident = await incidents.declare(tx, Declaration(title="Checkout fails", severity="SEV-1", by="@alice"))
        await incidents.acknowledge(tx, incident.id, "@alice", "web")
        after = await incidents.resolve(tx, incident.id, "@alice", "rolled back")
    await world.passes(hours=1)
    world.airwaves.unread.clear()
    return after


async def test_its_owner_is_reminded_until_it_is_published(world: World) -> None:
    incident = await it_is_over(world)
    await world.passes(hours=24)
    assert "nobody has drafted its postmortem" in world.phone("alice").receives("notice", saying="INC-1").view.what
    async with world.db.transaction() as tx:
        await service.draft(tx, incident.id, "@alice")
        await service.assign_owner(tx, incident.id, "bob", "@alice")
    await world.passes(hours=34)
    assert "is to be published by" not in str(world.airwaves.unread)
    await world.passes(hours=3)
    world.phone("bob").receives("notice", saying="The postmortem of INC-1 is to be published by")
    await world.passes(hours=12)
    world.phone("bob").receives("notice", saying="The postmortem of INC-1 was to be published by")
    async with world.db.connection() as conn:
        held = (await findings.list_open_findings(conn, [incident.id]))[incident.id]
    assert "postmortem-overdue" in {each.rule for each in held}
    async with world.db.transaction() as tx:
        await service.publish(tx, incident.id, "@bob")
    await world.passes(hours=25)
    assert "postmortem" not in str([message.view.what for message in world.airwaves.unread])
    async with world.db.connection() as conn:
        left = await findings.list_open_findings(conn, [incident.id])
    assert "postmortem-overdue" not in {each.rule for each in left.get(incident.id, ())}
