"""Action items on the wire (PMT-6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import msgspec

from tocsin.catalog.checks import kind_of
from tocsin.kernel.ids import incident_ref
from tocsin.postmortems.action_model import ActionItem as Stored
from tocsin.postmortems.action_rules import Completion as Reckoned
from tocsin.surfaces.wire.body import Body
from tocsin.surfaces.wire.verification import CheckRequest


class ActionItem(msgspec.Struct, kw_only=True):
    """`n` counts within the incident. `category` is prevent, detect, respond or process, `priority` high, medium or
    low, `state` open, under-way, done or dropped, `owner` a name or null, `due_on` a day of the organisation's time
    zone. `check` is the kind of check that has to pass before it is done, null: none; `is_checking`: a worker looks at
    it now, `check_detail` is what the last look found. `task` is the follow-up task that it was made of, `recurred_in`
    are incidents that it was to prevent.
    """

    incident: str
    n: int
    text: str
    category: str
    priority: str
    owner: str | None
    due_on: date
    state: str
    is_overdue: bool
    services: list[str]
    teams: list[str]
    check: str | None
    is_checking: bool
    check_detail: str
    task: int | None
    recurred_in: list[str]
    added_by: str
    added_at: datetime
    changed_at: datetime
    done_at: datetime | None
    id: int


class Completion(msgspec.Struct, kw_only=True):
    """Of the items whose due day has come and that were not dropped – done ones count at any time –, how many are done.
    `percent` null: of none."""

    done: int
    counted: int
    percent: int | None


class ActionList(msgspec.Struct, kw_only=True):
    """The earliest due day first. `next_after` is handed back as `after` for the next page, null at the end."""

    actions: list[ActionItem]
    next_after: int | None
    completion: Completion


class ActionOffer(msgspec.Struct, kw_only=True):
    """A follow-up task that is not done and could become an action item: add one with its `task`."""

    task: int
    text: str
    owner: str | None


class IncidentActions(msgspec.Struct, kw_only=True):
    """Those of one incident in the order in which they were added, and the follow-up tasks that could become some."""

    incident: str
    actions: list[ActionItem]
    offers: list[ActionOffer]


class ActionRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """What is to be done; with `task`, a follow-up task of the incident, that says it. `category` absent: prevent.
    `priority` follows from the category, `due_on` from the priority. `owner` "me" is the caller. `check` is written as
    one of an incident is, without its name.
    """

    text: str = ""
    category: str = "prevent"
    priority: str | None = None
    owner: str | None = None
    due_on: date | None = None
    task: int | None = None
    check: dict[str, Any] | None = None


class ActionChangeRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """What is absent stays. `state` done looks at the check first, where there is one; `override` with a `reason` goes
    past it. Giving an item up and opening one again need a `reason`."""

    text: str | None = None
    category: str | None = None
    priority: str | None = None
    owner: str | None = None
    due_on: date | None = None
    state: str | None = None
    reason: str = ""
    override: bool = False


def said_check(request: ActionRequest) -> CheckRequest | None:
    """Raises msgspec.ValidationError for a field that a check does not have."""
    return msgspec.convert({"name": "done", **request.check}, CheckRequest) if request.check is not None else None


def item(stored: Stored, today: date) -> ActionItem:
    return ActionItem(
        incident=incident_ref(stored.incident_number),
        n=stored.n,
        text=stored.text,
        category=stored.category.value,
        priority=stored.priority.value,
        owner=stored.owner,
        due_on=stored.due_on,
        state=stored.state.value,
        is_overdue=stored.is_overdue(today),
        services=list(stored.services),
        teams=list(stored.teams),
        check=kind_of(stored.check) if stored.check is not None else None,
        is_checking=stored.is_checking,
        check_detail=stored.check_detail,
        task=stored.task_n,
        recurred_in=[incident_ref(number) for number in stored.recurred_in],
        added_by=stored.added_by,
        added_at=stored.added_at,
        changed_at=stored.changed_at,
        done_at=stored.done_at,
        id=stored.id,
    )


def items(stored: Iterable[Stored], today: date) -> list[ActionItem]:
    return [item(each, today) for each in stored]


def completion(reckoned: Reckoned) -> Completion:
    return Completion(done=reckoned.done, counted=reckoned.counted, percent=reckoned.percent)
