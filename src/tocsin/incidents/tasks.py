"""Tasks of an incident (WAR-5): added in one line, owned, moved by one press; open ones are named when it is closed."""

from msgspec.structs import replace

from tocsin.incidents import assigning, privacy, role_messages, service, task_model, task_store
from tocsin.incidents.events import IncidentClosed, TaskAdded, TaskChanged
from tocsin.incidents.model import Incident, Status
from tocsin.incidents.task_model import Task, TaskDraft, TaskState
from tocsin.kernel.db import Conn
from tocsin.kernel.errors import NotFound, Refused
from tocsin.kernel.ids import incident_ref
from tocsin.kernel.tx import Tx


async def list_tasks(conn: Conn, incident_id: int) -> list[Task]:
    """Of an incident that the caller may see, in the order in which they were added."""
    return await task_store.list_tasks(conn, incident_id)


async def add_task(tx: Tx, incident_id: int, draft: TaskDraft, by: str) -> Task:
    """A planned task; its owner is told, and becomes a member of a private incident.

    Raises Invalid for its text, NotFound or Refused for its owner, Refused on a closed incident.
    """
    return (await add_with_entry(tx, incident_id, draft, by))[0]


async def add_with_entry(tx: Tx, incident_id: int, draft: TaskDraft, by: str) -> tuple[Task, int]:
    """The same, with the id of its entry on the timeline."""
    task_model.check_text(draft.text)
    incident = await service.lock(tx, incident_id)
    if incident.status is Status.CLOSED:
        raise Refused(
            f"{incident_ref(incident.number)} is closed: it gets no further tasks.", "Declare a new incident."
        )
    owner = await _owner_of(tx, incident, draft.owner)
    task = await task_store.insert_task(tx.conn, incident_id, draft.text, owner, by, tx.now)
    entry_id = await tx.emit(
        TaskAdded(
            **service.about(incident, by),
            sentence=task_model.added(task),
            n=task.n,
            text=task.text,
            owner=task.owner,
        )
    )
    await _tell_owner(tx, incident, task, by)
    return task, entry_id


async def change_task(
    tx: Tx,
    incident_id: int,
    n: int,
    by: str,
    *,
    state: TaskState | None = None,
    owner: str | None = None,
    text: str | None = None,
) -> Task:
    """What is None stays. Whoever starts a task that is nobody's owns it. A closed incident's tasks are followed up
    here, too.

    Raises NotFound for the task or the owner, Refused when nothing changes, Invalid for its text.
    """
    incident = await service.lock(tx, incident_id)
    before = await _get_task(tx.conn, incident, n)
    if text is not None:
        task_model.check_text(text.strip())
    taken = by if state is TaskState.UNDER_WAY and before.owner is None and by.startswith("@") else None
    new_owner = await _owner_of(tx, incident, owner or taken)
    after = replace(
        before,
        state=state or before.state,
        owner=new_owner or before.owner,
        text=text.strip() if text is not None else before.text,
        changed_at=tx.now,
    )
    if replace(after, changed_at=before.changed_at) == before:
        raise Refused(f"Task {n} is so already.", "Say what shall change: its state, owner or text.", field="task")
    await task_store.update_task(tx.conn, after)
    await tx.emit(
        TaskChanged(
            **service.about(incident, by),
            sentence=task_model.changed(before, after),
            n=n,
            text=after.text,
            owner=after.owner,
            before=before.state,
            after=after.state,
        )
    )
    if after.owner != before.owner:
        await _tell_owner(tx, incident, after, by)
    return after


async def name_follow_ups(tx: Tx, event: IncidentClosed) -> None:
    """What was not done is said where everybody looks for it."""
    still_open = [task for task in await list_tasks(tx.conn, event.incident_id) if task.is_open]
    if still_open:
        incident = await service.get(tx.conn, event.incident_id)
        await service.note(tx, incident, entry_type="finding", text=task_model.left_open(still_open), by="tocsin")


async def _get_task(conn: Conn, incident: Incident, n: int) -> Task:
    ref = incident_ref(incident.number)
    for task in await list_tasks(conn, incident.id):
        if task.n == n:
            return task
    raise NotFound(f"{ref} has no task {n}.", f"tocsin task {ref} lists its tasks.", field="task")


async def _owner_of(tx: Tx, incident: Incident, name: str | None) -> str | None:
    if name is None:
        return None
    person = await assigning.get_eligible(tx, incident, name.removeprefix("@"))
    await privacy.admit(tx, incident, [person.id], "they have a task")
    return person.name


async def _tell_owner(tx: Tx, incident: Incident, task: Task, by: str) -> None:
    if task.owner is not None:
        message = role_messages.about(incident, task_model.yours(task, by, incident_ref(incident.number)))
        await assigning.tell(tx, incident, task.owner, by, message)
