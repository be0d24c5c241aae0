"""What is pressed about tasks in the room: add one in one line, move one (WAR-5)."""

from litestar import post
from litestar.params import FromPath

from tocsin.incidents import tasks
from tocsin.incidents.task_model import read_line, read_state
from tocsin.surfaces.web.given import GivenDb, GivenForm, GivenVisit
from tocsin.surfaces.web.pages.incidents.respond import Answer, done, respond_to
from tocsin.surfaces.web.security import AnyRequest
from tocsin.surfaces.web.visits import viewer_of


@post("/incidents/{ref:str}/tasks")
async def add_task(request: AnyRequest, ref: FromPath[str], visit: GivenVisit, form: GivenForm, db: GivenDb) -> Answer:
    """ "@bob restart the cache" is bob's; without a name it is nobody's yet."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "add tasks to")
        await tasks.add_task(tx, incident.id, read_line(form.get("text", "")), viewer_of(visit).actor)
    return done(request, incident)


@post("/incidents/{ref:str}/tasks/{task:int}")
async def move_task(
    request: AnyRequest, ref: FromPath[str], task: FromPath[int], visit: GivenVisit, form: GivenForm, db: GivenDb
) -> Answer:
    """Whoever starts a task that is nobody's owns it."""
    async with db.transaction() as tx:
        incident = await respond_to(tx, ref, visit, "change tasks of")
        state = read_state(form.get("state", ""))
        await tasks.change_task(tx, incident.id, task, viewer_of(visit).actor, state=state)
    return done(request, incident)
