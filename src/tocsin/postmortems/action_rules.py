"""What is decided about action items: defaults, what may change, when somebody is reminded, how many get done. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from tocsin.catalog.checks import ManualCheck
from tocsin.kernel.errors import Invalid, Refused
from tocsin.kernel.localtime import instant_of, local_of
from tocsin.postmortems.action_model import (
    MAX_REASON,
    MAX_TEXT,
    ActionChange,
    ActionDraft,
    ActionItem,
    ActionState,
    Category,
    Priority,
)

PRIORITY_OF: Mapping[Category, Priority] = {
    Category.PREVENT: Priority.HIGH,
    Category.DETECT: Priority.MEDIUM,
    Category.RESPOND: Priority.MEDIUM,
    Category.PROCESS: Priority.LOW,
}
"""What nobody has given a priority gets that of its category."""

DAYS_FOR: Mapping[Priority, int] = {Priority.HIGH: 14, Priority.MEDIUM: 30, Priority.LOW: 60}
"""And what has no due date gets so many days."""

FARTHEST = 5 * 366
"""Days ahead; a due date beyond is a slip of the keyboard."""

REMINDED_AT = time(9)
BEFORE = timedelta(days=3)
WEEK = timedelta(days=7)


class Completion(NamedTuple):
    """Of the items whose due day has come and that were not dropped, how many are done; `percent` None: of none."""

    done: int
    counted: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.done / self.counted) if self.counted else None


def completed_draft(draft: ActionDraft, today: date) -> ActionDraft:
    """With priority and due date. Raises Invalid for its text, its due date, and a check that no worker can look at."""
    text = " ".join(draft.text.split())
    _check_text(text)
    if isinstance(draft.check, ManualCheck):
        raise Invalid(
            "A check that a person ticks shows no worker that it is done.",
            "Give an http, promql or tcp check; a person closes the item anyway.",
            field="check",
        )
    priority = draft.priority or PRIORITY_OF[draft.category]
    due_on = draft.due_on or default_due(priority, today)
    _check_due(due_on, today)
    return replace(draft, text=text, priority=priority, due_on=due_on)


def default_due(priority: Priority, today: date) -> date:
    """The day for what is given none."""
    return today + timedelta(days=DAYS_FOR[priority])


def changed(item: ActionItem, change: ActionChange, today: date, now: datetime) -> ActionItem:
    """The item with the change; what ends the wait for its check. That it is done is decided elsewhere.

    Raises Invalid for a text or date that cannot be kept, and for a missing reason; Refused when nothing changes.
    """
    if change.text is not None:
        _check_text(" ".join(change.text.split()))
    if change.due_on is not None and change.due_on != item.due_on:
        _check_due(change.due_on, today)
    state = change.state or item.state
    after = replace(
        item,
        text=" ".join(change.text.split()) if change.text is not None else item.text,
        category=change.category or item.category,
        priority=change.priority or item.priority,
        owner=change.owner or item.owner,
        due_on=change.due_on or item.due_on,
        state=state,
        done_at=now if state is ActionState.DONE else None,
        check_asked_by=item.check_asked_by if state is item.state else None,
    )
    if replace(after, done_at=item.done_at) == item:
        raise Refused(f"Item {item.n} is so already.", "Say what shall change about it.", field="state")
    _check_reason(item, state, change.reason)
    return replace(after, changed_at=now)


def _check_reason(item: ActionItem, state: ActionState, reason: str) -> None:
    """Giving up and taking up again are said with why: whoever reads it next week has to understand it."""
    if len(reason) > MAX_REASON:
        raise Invalid(f"A reason has at most {MAX_REASON} characters.", "Say it in a sentence.", field="reason")
    is_given_up = state is ActionState.DROPPED and item.state is not state
    is_open_again = not item.is_open and state in (ActionState.OPEN, ActionState.UNDER_WAY)
    if (is_given_up or is_open_again) and not reason.strip():
        deed = "dropped" if is_given_up else "opened again"
        raise Invalid(f"An item is {deed} with a reason.", "Say why: --why TEXT.", field="reason")


def _check_text(text: str) -> None:
    if not 1 <= len(text) <= MAX_TEXT:
        raise Invalid(
            f"An action item has 1 to {MAX_TEXT} characters.", "Say in one line what is to change.", field="text"
        )


def _check_due(due_on: date, today: date) -> None:
    if due_on > today + timedelta(days=FARTHEST):
        raise Invalid(f"{due_on} is too far away.", "Name a day within five years.", field="due_on")


def next_reminder_at(due_on: date, after: datetime, zone: ZoneInfo) -> datetime:
    """The first reminder later than `after`: in the morning three days before the day, on it, and each week from then
    on."""
    today = local_of(after, zone).date()
    late = max(timedelta(), today - due_on) // WEEK
    days = [due_on - BEFORE, *(due_on + WEEK * week for week in (late, late + 1))]
    return min(at for day in days if (at := instant_of(datetime.combine(day, REMINDED_AT), zone)) > after)


def completion(items: Iterable[ActionItem], today: date) -> Completion:
    """An item that is done counts even before its day; one that is open counts from its day on."""
    due = [item for item in items if item.state is ActionState.DONE or (item.is_open and item.due_on <= today)]
    return Completion(sum(item.state is ActionState.DONE for item in due), len(due))
