"""Tasks of an incident on the wire (WAR-5)."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from tocsin.incidents.task_model import Task as Stored
from tocsin.surfaces.wire.body import Body


class Task(msgspec.Struct, kw_only=True):
    """`n` counts within the incident; `state` is planned, under-way, done or blocked; `owner` is a name or null."""

    n: int
    text: str
    owner: str | None
    state: str
    added_by: str
    added_at: datetime
    changed_at: datetime


class TaskList(msgspec.Struct, kw_only=True):
    """The tasks of one incident in the order in which they were added."""

    incident: str
    tasks: list[Task]


class TaskRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """What is to be done. `owner` is a name, "me" is the caller; absent: whoever takes it."""

    text: str
    owner: str | None = None


class TaskChangeRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """What is absent stays as it is."""

    state: str | None = None
    owner: str | None = None
    text: str | None = None


def task(stored: Stored) -> Task:
    return msgspec.convert(stored, Task, from_attributes=True)


def task_list(incident: str, stored: Iterable[Stored]) -> TaskList:
    return TaskList(incident=incident, tasks=[task(each) for each in stored])
