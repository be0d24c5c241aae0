"""Tasks of an incident over HTTP (WAR-5): list, add, change."""

from litestar import get, post
from litestar.params import FromPath, JSONBody

from tocsin.incidents import service as incidents
from tocsin.incidents import tasks
from tocsin.incidents.task_model import TaskDraft, read_state
from tocsin.kernel.ids import incident_ref
from tocsin.surfaces.api.callers import Caller, Db, Ref
from tocsin.surfaces.api.incidents import named
from tocsin.surfaces.api.parsing import as_id
from tocsin.surfaces.wire import tasks as wire


@get("/incidents/{ref:str}/tasks", summary="List the tasks")
async def list_tasks(ref: Ref, viewer: Caller, db: Db) -> wire.TaskList:
    """In the order in which they were added, those that are done too."""
    async with db.connection() as conn:
        incident = await incidents.get_incident(conn, viewer, ref)
        return wire.task_list(incident_ref(incident.number), await tasks.list_tasks(conn, incident.id))


@post("/incidents/{ref:str}/tasks", summary="Add a task")
async def add_task(ref: Ref, data: JSONBody[wire.TaskRequest], viewer: Caller, db: Db) -> wire.Task:
    """It is planned; its owner is told."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "change tasks")
        draft = TaskDraft(data.text.strip(), named(data.owner, viewer))
        return wire.task(await tasks.add_task(tx, incident.id, draft, viewer.actor))


@post("/incidents/{ref:str}/tasks/{task:str}", status_code=200, summary="Change a task")
async def change_task(
    ref: Ref, task: FromPath[str], data: JSONBody[wire.TaskChangeRequest], viewer: Caller, db: Db
) -> wire.Task:
    """Its state, owner or text. Whoever starts a task that is nobody's owns it."""
    async with db.transaction() as tx:
        incident = await incidents.get_incident_to(tx.conn, viewer, ref, "change tasks")
        state = read_state(data.state) if data.state is not None else None
        owner = named(data.owner, viewer)
        changed = await tasks.change_task(
            tx, incident.id, as_id(task, "task"), viewer.actor, state=state, owner=owner, text=data.text
        )
        return wire.task(changed)
