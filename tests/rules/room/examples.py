"""The facts of a room as a value: whatever a test does not say is that of a SEV-1 that alice took after two minutes."""

from datetime import datetime, timedelta
from typing import Any

from tests.rules.incidents.examples import T0, incident
from tocsin.catalog.facts import Facts
from tocsin.catalog.profiles import active
from tocsin.catalog.severity import Level
from tocsin.comms.model import Audience, Update
from tocsin.incidents.classifying import find_level
from tocsin.incidents.model import Status
from tocsin.incidents.roles import Holding, HoldingState, RoleName
from tocsin.incidents.task_model import Task, TaskState
from tocsin.mitigation.model import Mitigation
from tocsin.room.model import RoomFacts, Written

SRE = active("sre")


def after(minutes: float) -> datetime:
    """So long after the declaration."""
    return T0 + timedelta(minutes=minutes)


def wrote(minutes: float, text: str = "errors on every node", by: str = "bob", type: str = "observation") -> Written:
    return Written(id=int(minutes * 60) + 1, at=after(minutes), by=by, type=type, text=text)


def holds(user: str, role: RoleName = RoleName.COMMANDER, minutes: float = 2) -> Holding:
    return Holding(role=role, user=user, since=after(minutes), state=HoldingState.HOLDS)


def mitigation(
    minutes: float, what: str = "roll back v2", by: str = "@bob", ended: float | None = None, **said: Any
) -> Mitigation:
    """Begun so long after the declaration; `ended` likewise, None: it runs."""
    known: dict[str, Any] = {
        "n": 1,
        "strategy": None,
        "way_back": None,
        "dry_run": None,
        "is_temporary": False,
        "result": None,
    }
    return Mitigation(
        id=int(minutes),
        incident_id=42,
        what=what,
        by=by,
        recorded_by=by,
        started_at=after(minutes),
        ended_at=after(ended) if ended is not None else None,
        note="",
        **known | said,
    )


def update(minutes: float, by: str = "@carol", n: int = 1) -> Update:
    return Update(
        incident_id=42,
        n=n,
        at=after(minutes),
        by=by,
        text="We are looking for the cause.",
        done=(),
        under_way=(),
        planned=(),
        root_cause=None,
        eta=None,
        next_update_at=None,
        status="investigating",
        severity="SEV-1",
        commander=None,
        audience=(Audience.INTERNAL,),
        subject="",
        body="",
    )


def task(text: str, state: TaskState = TaskState.PLANNED, owner: str | None = None) -> Task:
    return Task(incident_id=42, n=1, text=text, owner=owner, state=state, added_by="@alice", added_at=T0, changed_at=T0)


def level(name: str) -> Level:
    return SRE.level(name)


def facts(**changes: Any) -> RoomFacts:
    """Changes to the incident are given by its own field names; the rest are fields of the facts."""
    own = {name: changes.pop(name) for name in ("severity", "status", "started_at") if name in changes}
    about = {"severity": "SEV-1", "status": Status.INVESTIGATING, "acknowledged_at": after(2), **own}
    about |= changes.pop("incident", {})
    the_incident = incident(**about)
    known: dict[str, Any] = {
        "incident": the_incident,
        "level": find_level(SRE, the_incident.severity),
        "counted_from": T0,
        "graded_at": T0,
        "investigating_since": the_incident.acknowledged_at,
        "written": (),
        "told_beside": {},
        "holdings": (),
        "commander_left_at": None,
        "known": Facts(),
        "mitigations": (),
        "checks": (),
        "updates": (),
        "next_update_at": None,
        "tasks": (),
        "alike": (),
    }
    return RoomFacts(**known | changes)
