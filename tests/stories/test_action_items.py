"""Action items (PMT-6): reminders, the check that closes one, and what happens when the cause is back."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from tests.stories.conftest import ORGANISATION
from tests.support.configured import configured_world
from tests.support.postgres import Server
from tests.support.world import EVERYTHING, World
from tocsin.catalog.checks import HttpCheck
from tocsin.incidents import details
from tocsin.incidents import service as incidents
from tocsin.incidents.findings import list_open_findings
from tocsin.incidents.model import Incident
from tocsin.kernel.clock import VirtualClock
from tocsin.postmortems import actions
from tocsin.postmortems.action_jobs import check_kinds
from tocsin.postmortems.action_model import ActionChange, ActionDraft, ActionItem, ActionState, Category
from tocsin.postmortems.recurrence import is_there_anything
from tocsin.verification.model import Finding, Occasion


class Site:
    """A worker's look at a page that is there, or not yet."""

    is_there = False

    async def look(self, check: object, occasion: Occasion, /) -> Finding:
        return Finding(self.is_there, "It is there." if self.is_there else "Answered with HTTP 404.")


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
async def world(postgres_server: Server, clock: VirtualClock, site: Site) -> AsyncIterator[World]:
    async with configured_world(postgres_server, clock, ORGANISATION, kinds=check_kinds({"http": site})) as world:
        yield world


async def over(world: World, ref: str = "INC-1", cause: str = "deployment") -> Incident:
    """An incident of checkout that is over, and whose cause is known."""
    await world.declare("Checkout fails", services=("checkout",), severity="SEV-3")
    await world.acknowledge("alice", ref)
    async with world.db.transaction() as tx:
        incident = await incidents.get_incident(tx.conn, EVERYTHING, ref)
        await details.name_cause(tx, incident.id, cause, "@alice")
    await world.resolve("alice", reason="rolled back", ref=ref)
    world.airwaves.unread.clear()
    return incident


async def add(world: World, incident: Incident, **said: object) -> ActionItem:
    async with world.db.transaction() as tx:
        draft = ActionDraft(**{"text": "Add a canary.", "owner": "bob", **said})  # pyright: ignore[reportArgumentType]
        return await actions.add_item(tx, incident.id, draft, "@alice")


async def read(world: World, item: ActionItem) -> ActionItem:
    async with world.db.connection() as conn:
        return (await actions.list_of_incident(conn, item.incident_id))[item.n - 1]


async def named_in(world: World, ref: str, rule: str = "action-item-still-open") -> list[str]:
    async with world.db.connection() as conn:
        incident = await incidents.get_incident(conn, EVERYTHING, ref)
        found = (await list_open_findings(conn, [incident.id])).get(incident.id, ())
    return [each.text for each in found if each.rule == rule]


async def test_its_owner_is_told_and_reminded_until_it_is_done(world: World) -> None:
    incident = await over(world)
    today = world.clock.now().date()
    item = await add(world, incident, due_on=today + timedelta(days=4))
    await world.worker.drain()
    bob = world.phone("bob")
    bob.receives("info", saying="@alice gave you INC-1, item 1")
    await world.passes(hours=48)
    bob.receives("info", saying="INC-1, item 1 is due in 3 days: Add a canary.")
    await world.passes(hours=72)
    bob.receives("info", saying="is due today")
    assert await named_in(world, "INC-1", "action-items-ignored") == []
    await world.passes(hours=7 * 24)
    assert await named_in(world, "INC-1", "action-items-ignored") == [
        "Action item 1 is overdue for a week: Add a canary."
    ]
    bob.receives("info", saying=f"is overdue since {item.due_on}")
    world.airwaves.unread.clear()
    async with world.db.transaction() as tx:
        await actions.finish_item(tx, incident.id, 1, "@bob")
    assert await named_in(world, "INC-1", "action-items-ignored") == []
    await world.passes(hours=14 * 24)
    assert not [each for each in world.airwaves.unread if "item 1" in each.view.what]
    await world.says("Action item 1 is done: Add a canary.")


async def test_what_has_a_check_is_done_when_that_passes(world: World, site: Site) -> None:
    incident = await over(world)
    item = await add(world, incident, check=HttpCheck(name="canary", url="https://canary.example.com"))
    async with world.db.transaction() as tx:
        assert (await actions.finish_item(tx, incident.id, 1, "@bob")).is_checking
    await world.worker.drain()
    seen = await read(world, item)
    assert (seen.state, seen.check_detail, seen.is_checking) == (ActionState.OPEN, "Answered with HTTP 404.", False)
    world.phone("bob").receives("info", saying="stays open, its check does not pass: Answered with HTTP 404.")
    site.is_there = True
    async with world.db.transaction() as tx:
        await actions.finish_item(tx, incident.id, 1, "@bob")
    await world.worker.drain()
    assert (await read(world, item)).state is ActionState.DONE
    await world.says("Action item 1 is done: Add a canary. Its check passes: It is there.")


async def test_a_new_incident_reads_what_is_still_open(world: World) -> None:
    incident = await over(world)
    await add(world, incident, due_on=date(2026, 10, 1))
    await add(world, incident, text="Alert on the canary.", category=Category.DETECT)
    await world.passes(hours=24)
    await world.declare("Checkout fails again", services=("checkout",), severity="SEV-3")
    await world.passes(seconds=1)
    await world.acknowledge("alice", "INC-2")
    assert await named_in(world, "INC-2") == [
        "INC-1 of checkout was caused by deployment, whose item 1 (@bob, overdue since 2026-10-01): Add a canary."
    ]
    async with world.db.transaction() as tx:
        again = await incidents.get_incident(tx.conn, EVERYTHING, "INC-2")
        await details.name_cause(tx, again.id, "deployment", "@alice")
    await world.worker.drain()
    said = await named_in(world, "INC-2")
    assert said[0].startswith("Same cause as INC-1 (deployment, checkout), whose item 1 (@bob, overdue")
    assert len(said) == 2
    async with world.db.transaction() as tx:
        await actions.finish_item(tx, incident.id, 1, "@bob")
        await actions.change_item(
            tx, incident.id, 2, ActionChange(state=ActionState.DROPPED, reason="the canary does it"), "@bob"
        )
    await world.worker.drain()
    assert await named_in(world, "INC-2") == []
    world.airwaves.unread.clear()


async def test_there_is_something_to_recall_only_where_a_service_is_shared(world: World) -> None:
    incident = await over(world)
    async with world.db.connection() as conn:
        assert not await is_there_anything(conn, incident.id)
    await add(world, incident)
    await world.declare("Checkout fails again", services=("checkout",), severity="SEV-3")
    await world.declare("All is lost", severity="SEV-3")
    async with world.db.connection() as conn:
        again = await incidents.get_incident(conn, EVERYTHING, "INC-2")
        elsewhere = await incidents.get_incident(conn, EVERYTHING, "INC-3")
        assert await is_there_anything(conn, again.id)
        assert not await is_there_anything(conn, elsewhere.id)
    world.airwaves.unread.clear()


async def test_what_was_to_prevent_it_is_open_again_once(world: World) -> None:
    incident = await over(world)
    item = await add(world, incident)
    async with world.db.transaction() as tx:
        await actions.finish_item(tx, incident.id, 1, "@bob")
    await world.passes(hours=1)
    await over(world, "INC-2")
    opened = await read(world, item)
    assert (opened.state, opened.recurred_in) == (ActionState.OPEN, (2,))
    assert opened.done_at is None
    await world.says(
        "Action item 1 is open again: Add a canary. INC-2 had the same cause, deployment, that it was to prevent."
    )
    async with world.db.transaction() as tx:
        await actions.finish_item(tx, incident.id, 1, "@bob")
        again = await incidents.get_incident(tx.conn, EVERYTHING, "INC-2")
        await details.name_cause(tx, again.id, "capacity", "@alice")
        await details.name_cause(tx, again.id, "deployment", "@alice")
    await world.worker.drain()
    assert (await read(world, item)).state is ActionState.DONE, "who closed it again knew of INC-2"
    await world.passes(hours=1)
    await over(world, "INC-3", "capacity")
    assert (await read(world, item)).state is ActionState.DONE, "another cause"
