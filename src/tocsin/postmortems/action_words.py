"""What the timeline and the people concerned are told about action items, in whole sentences. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tocsin.incidents.sentences import full_stop
from tocsin.kernel.ids import incident_ref
from tocsin.postmortems.action_model import ActionItem, ActionState

SHOWN = 5
"""So many are named in a line."""


def named(item: ActionItem) -> str:
    """ "INC-7, item 3"."""
    return f"{incident_ref(item.incident_number)}, item {item.n}"


def added(item: ActionItem) -> str:
    owner = f" for @{item.owner}" if item.owner else ""
    return f"Action item {item.n} ({item.category}, {item.priority}){owner}, due {item.due_on}: {item.text}"


def changed(before: ActionItem, after: ActionItem, reason: str) -> str:
    """ "Action item 3 is done: …"; what changed comes first."""
    parts: list[str] = []
    if after.state is not before.state:
        is_back = not before.is_open and after.is_open
        parts.append("is open again" if is_back else f"is {after.state.words}")
    if after.owner != before.owner:
        parts.append(f"is @{after.owner}'s" if after.owner else "is nobody's")
    if after.due_on != before.due_on:
        parts.append(f"is due {after.due_on} (was {before.due_on})")
    if (after.category, after.priority) != (before.category, before.priority):
        parts.append(f"is {after.category}, {after.priority}")
    if after.text != before.text:
        parts.append("was reworded")
    why = f" {full_stop(reason[:1].upper() + reason[1:])}" if reason.strip() else ""
    return f"Action item {after.n} {' and '.join(parts)}: {full_stop(after.text)}{why}"


def checking(item: ActionItem) -> str:
    return f"Action item {item.n} is to be done: its check is looked at. {full_stop(item.text)}"


def passed(detail: str) -> str:
    return f"Its check passes: {detail}"


def not_done(item: ActionItem) -> str:
    return f"Action item {item.n} stays open, its check does not pass: {full_stop(item.check_detail)}"


def recurred(number: int, cause: str) -> str:
    return f"{incident_ref(number)} had the same cause, {cause}, that it was to prevent."


def yours(item: ActionItem, by: str) -> str:
    return f"{by} gave you {named(item)}, due {item.due_on}: {item.text}"


def reminder(item: ActionItem, today: date) -> str:
    """What its owner is told before it is due, on the day, and each week after."""
    days = (item.due_on - today).days
    if days > 0:
        when = f"is due in {days} day{'s' if days > 1 else ''}"
    elif days == 0:
        when = "is due today"
    else:
        when = f"is overdue since {item.due_on}"
    whose = "" if item.owner else " Nobody owns it."
    return f"{named(item)} {when}: {full_stop(item.text)}{whose} {done_by(item)}"


def done_by(item: ActionItem) -> str:
    return f"When it is done: tocsin actions done {incident_ref(item.incident_number)} {item.n}."


def still_open(item: ActionItem, today: date) -> str:
    """ "item 3 (@bob, overdue since 2026-11-01): add a canary"."""
    owner = f"@{item.owner}" if item.owner else "nobody's"
    due = f"overdue since {item.due_on}" if item.is_overdue(today) else f"due {item.due_on}"
    state = "" if item.state is ActionState.OPEN else f"{item.state.words}, "
    return f"item {item.n} ({state}{owner}, {due}): {full_stop(item.text)}"


def ignored(item: ActionItem) -> tuple[str, str]:
    """What is wrong, and what mends it."""
    ref = incident_ref(item.incident_number)
    return (
        f"Action item {item.n} is overdue for a week: {full_stop(item.text)}",
        f"Do it, move its day or give it up: tocsin actions list {ref}.",
    )


def named_items(items: Sequence[ActionItem]) -> str:
    """ "INC-7 3 Add a canary (bob, due 2026-11-02); and 2 more"."""
    named = "; ".join(
        f"{incident_ref(item.incident_number)} {item.n} {item.text.rstrip('.')} "
        f"({item.owner or 'nobody'}, due {item.due_on})"
        for item in items[:SHOWN]
    )
    return f"{named}; and {len(items) - SHOWN} more" if len(items) > SHOWN else named
