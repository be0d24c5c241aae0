"""What a task of an incident is (WAR-5), and the sentences about it. Pure."""

import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from tocsin.kernel.errors import Invalid

MAX_TEXT = 500

_COMMAND = re.compile(r"/task\s+(\S.*)", re.DOTALL | re.IGNORECASE)
_OWNER = re.compile(r"(?:@(\w[\w.-]*\w|\w)[:,]?\s+)?(.*)", re.DOTALL | re.ASCII)


class TaskState(StrEnum):
    PLANNED = "planned"
    UNDER_WAY = "under-way"
    DONE = "done"
    BLOCKED = "blocked"

    @property
    def words(self) -> str:
        return self.value.replace("-", " ")


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One row of `incident_task`; `n` counts within the incident, `owner` is a name, None: nobody's yet."""

    incident_id: int
    n: int
    text: str
    owner: str | None
    state: TaskState
    added_by: str
    added_at: datetime
    changed_at: datetime

    @property
    def is_open(self) -> bool:
        return self.state is not TaskState.DONE


class TaskDraft(msgspec.Struct, frozen=True):
    """What is to be done, and by whom; None: whoever takes it."""

    text: str
    owner: str | None


def read_line(line: str) -> TaskDraft:
    """ "@bob restart the cache" → bob's task; without a name at its beginning it is nobody's yet."""
    found = _OWNER.fullmatch(line.strip())
    return TaskDraft(" ".join(found[2].split()), found[1]) if found else TaskDraft("", None)


def read_command(text: str) -> TaskDraft | None:
    """ "/task @bob restart the cache", as it is typed in the composer; None: this is no such command."""
    found = _COMMAND.fullmatch(text.strip())
    return read_line(found[1]) if found else None


def read_state(text: str) -> TaskState:
    """Raises Invalid, naming the states."""
    try:
        return TaskState(text.strip().lower().replace("_", "-").replace(" ", "-"))
    except ValueError:
        raise Invalid(
            f"{text[:40]!r} is not a state of a task.", f"Use one of {', '.join(TaskState)}.", field="state"
        ) from None


def check_text(text: str) -> None:
    """Raises Invalid for an empty or overlong one."""
    if not 1 <= len(text) <= MAX_TEXT:
        raise Invalid(f"A task has 1 to {MAX_TEXT} characters.", "Say in one line what is to be done.", field="text")


def added(task: Task) -> str:
    """ "Task 3 for @bob: restart the cache"."""
    owner = f" for @{task.owner}" if task.owner else ""
    return f"Task {task.n}{owner}: {task.text}"


def changed(before: Task, after: Task) -> str:
    """ "Task 3 is done: restart the cache"; what changed comes first."""
    parts: list[str] = []
    if after.state is not before.state:
        parts.append(f"is {after.state.words}")
    if after.owner != before.owner:
        parts.append(f"is @{after.owner}'s" if after.owner else "is nobody's")
    if after.text != before.text:
        parts.append("was reworded")
    return f"Task {after.n} {' and '.join(parts)}: {after.text}"


def left_open(tasks: Sequence[Task]) -> str:
    """What stays to be followed up when an incident is closed."""
    count = "1 task is" if len(tasks) == 1 else f"{len(tasks)} tasks are"
    named = "; ".join(f"{task.n} {task.text}{f' (@{task.owner})' if task.owner else ''}" for task in tasks)
    return f"{count} not done and left for follow-up: {named}"


def yours(task: Task, by: str, ref: str) -> str:
    """What its owner is told."""
    return f"{by} gave you task {task.n} of {ref}: {task.text}"
