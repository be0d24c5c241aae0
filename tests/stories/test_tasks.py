"""A task reaches its owner, once, and never wakes anybody (WAR-5)."""

from tests.support.world import EVERYTHING, World
from tocsin.incidents import service as incidents
from tocsin.incidents import tasks
from tocsin.incidents.task_model import TaskDraft, TaskState


async def test_whoever_is_given_a_task_is_told(world: World) -> None:
    await world.alert("HighErrorRate", job="checkout", severity="critical")
    world.phone("alice").receives("page")
    await world.acknowledge("alice")
    async with world.db.transaction() as tx:
        incident = await incidents.get_incident(tx.conn, EVERYTHING, "INC-1")
        await tasks.add_task(tx, incident.id, TaskDraft("restart the cache", "bob"), "@alice")
        await tasks.add_task(tx, incident.id, TaskDraft("look at the graphs", "alice"), "@alice")
        await tasks.add_task(tx, incident.id, TaskDraft("warn support", None), "@alice")
    await world.worker.drain()
    world.phone("bob").receives("info", saying="@alice gave you task 1 of INC-1: restart the cache")
    async with world.db.transaction() as tx:
        await tasks.change_task(tx, incident.id, 3, "@bob", state=TaskState.UNDER_WAY)
    await world.worker.drain()
    world.nobody_else_is_paged()
    await world.says("Task 3 is under way and is @bob's: warn support")
