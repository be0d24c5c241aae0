"""The tasks of an incident as the room shows them: what is open first, each with its next move (WAR-5)."""

import msgspec

from tocsin.incidents.task_model import Task, TaskState
from tocsin.kernel.db import Conn
from tocsin.surfaces.web.pages.incidents.slots import RoomContext

_NEXT = {
    TaskState.PLANNED: ((TaskState.UNDER_WAY, "Start"),),
    TaskState.UNDER_WAY: ((TaskState.DONE, "Done"), (TaskState.BLOCKED, "Blocked")),
    TaskState.BLOCKED: ((TaskState.UNDER_WAY, "Go on"),),
    TaskState.DONE: ((TaskState.UNDER_WAY, "Not done"),),
}
"""The moves that one press makes, the usual one first; the others are on the command line."""


class TaskMove(msgspec.Struct, frozen=True):
    """A state that a press leads to, and the words on the button."""

    state: str
    words: str


class TaskView(msgspec.Struct, frozen=True, kw_only=True):
    """`tone` is a class of the style sheet."""

    n: int
    text: str
    owner: str
    state: str
    tone: str
    moves: tuple[TaskMove, ...]


class TasksView(msgspec.Struct, frozen=True, kw_only=True):
    """Those that are not done, and those that are."""

    still_open: tuple[TaskView, ...]
    done: tuple[TaskView, ...]
    may_change: bool


async def load(conn: Conn, room: RoomContext) -> TasksView | None:
    """None where there are none and the viewer can add none."""
    found = room.known.tasks
    if not found and not room.may_respond:
        return None
    return TasksView(
        still_open=tuple(_view(task, room.viewer.name) for task in found if task.is_open),
        done=tuple(_view(task, room.viewer.name) for task in found if not task.is_open),
        may_change=room.may_respond,
    )


def _view(task: Task, me: str) -> TaskView:
    tones = {TaskState.BLOCKED: "amber", TaskState.UNDER_WAY: "", TaskState.PLANNED: "soft", TaskState.DONE: "soft"}
    return TaskView(
        n=task.n,
        text=task.text,
        owner="you" if task.owner == me else task.owner or "",
        state=task.state.words,
        tone=tones[task.state],
        moves=tuple(TaskMove(state.value, words) for state, words in _NEXT[task.state]),
    )
