"""What an action item is (PMT-6): its values, its states, what may be written. No IO, no clock."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from msgspec import Struct

from tocsin.catalog.checks import Check
from tocsin.kernel.errors import Invalid

MAX_TEXT = 500
MAX_REASON = 500

Choice = TypeVar("Choice", bound=StrEnum)


class Category(StrEnum):
    """What an item is to change, in the order in which it matters when it happens again."""

    PREVENT = "prevent"  # so that it does not happen again
    DETECT = "detect"  # so that we know earlier
    RESPOND = "respond"  # so that we can do more about it
    PROCESS = "process"  # so that we work better


class Priority(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class ActionState(StrEnum):
    OPEN = "open"
    UNDER_WAY = "under-way"
    DONE = "done"
    DROPPED = "dropped"

    @property
    def words(self) -> str:
        return self.value.replace("-", " ")


class ActionItem(Struct, frozen=True, kw_only=True):
    """One row of `action_item` with what its incident says of it; `n` counts within the incident.

    `owner` is a user's name, None: nobody's yet. `check` has to pass before it is done, `check_detail` is what the last
    look at it found, and `check_asked_by` who waits for the next one. `task_n` is the follow-up task that it was made
    of. `recurred_in` are numbers of incidents that it was to prevent, each of which opened it again.
    """

    id: int
    incident_id: int
    incident_number: int
    incident_title: str
    services: tuple[str, ...]
    teams: tuple[str, ...]
    cause_category: str | None
    scope_id: int
    n: int
    text: str
    category: Category
    priority: Priority
    owner: str | None
    due_on: date
    state: ActionState
    check: Check | None
    check_detail: str
    check_asked_by: str | None
    task_n: int | None
    recurred_in: tuple[int, ...]
    added_by: str
    added_at: datetime
    changed_at: datetime
    done_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state in (ActionState.OPEN, ActionState.UNDER_WAY)

    @property
    def is_checking(self) -> bool:
        return self.check_asked_by is not None

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due_on < today


class ActionDraft(Struct, frozen=True, kw_only=True):
    """What is to be done. None: as the category, or the follow-up task `task_n`, says (`action_rules`)."""

    text: str = ""
    category: Category = Category.PREVENT
    priority: Priority | None = None
    owner: str | None = None
    due_on: date | None = None
    check: Check | None = None
    task_n: int | None = None


class ActionChange(Struct, frozen=True, kw_only=True):
    """What is None stays. `reason` is why it was given up, or is open again."""

    text: str | None = None
    category: Category | None = None
    priority: Priority | None = None
    owner: str | None = None
    due_on: date | None = None
    state: ActionState | None = None
    reason: str = ""


class Wanted(StrEnum):
    """Which items a list shows."""

    OPEN = "open"
    OVERDUE = "overdue"
    DONE = "done"
    ALL = "all"


class ActionFilter(Struct, frozen=True, kw_only=True):
    """What a list narrows down to; `owner`, `team`, `category` and `service` None: any. `after` is the id that the last
    page ended with."""

    wanted: Wanted = Wanted.OPEN
    owner: str | None = None
    team: str | None = None
    service: str | None = None
    category: Category | None = None
    after: int | None = None
    limit: int = 100


def read_choice(kind: type[Choice], text: str, field: str) -> Choice:
    """Raises Invalid that lists what there is."""
    try:
        return kind("-".join(text.strip().lower().replace("_", " ").replace("-", " ").split()))
    except ValueError:
        raise Invalid(
            f"{text[:40]!r} is not a {field} of an action item.", f"Use one of {', '.join(kind)}.", field=field
        ) from None
