"""One action item as a page shows it, and the parts that several pages share (PMT-6)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from tocsin.accounts.model import Permission
from tocsin.incidents.model import Incident
from tocsin.incidents.task_model import Task
from tocsin.kernel.db import Conn
from tocsin.kernel.ids import incident_ref
from tocsin.postmortems import actions
from tocsin.postmortems.action_model import ActionItem, Category
from tocsin.surfaces.web.incident_lines import incident_path
from tocsin.surfaces.web.render import Visit
from tocsin.surfaces.web.visits import viewer_of


class ActionLine(msgspec.Struct, frozen=True, kw_only=True):
    """`tone` is a class of the style sheet; `due` says the day and how far it is. `path` is where its forms go."""

    n: int
    ref: str
    incident_path: str
    incident_title: str
    path: str
    text: str
    category: str
    priority: str
    owner: str
    due: str
    tone: str
    state: str
    is_open: bool
    is_checking: bool
    note: str


class ActionsPart(msgspec.Struct, frozen=True, kw_only=True):
    """The action items of one incident, for a page about it. `offers` are follow-up tasks that could become some;
    `path` is where a new one goes, and `back` the page that shows this part."""

    lines: tuple[ActionLine, ...]
    offers: tuple[Task, ...]
    may_change: bool
    path: str
    back: str
    categories: tuple[str, ...] = tuple(Category)


async def load_part(conn: Conn, incident: Incident, visit: Visit, back: str) -> ActionsPart:
    """Of an incident that the viewer may see."""
    today = await actions.today(conn, visit.times.now)
    return ActionsPart(
        lines=lines(await actions.list_of_incident(conn, incident.id), today, viewer_of(visit).name),
        offers=tuple(await actions.list_offers(conn, incident.id)),
        may_change=viewer_of(visit).may(Permission.RESPOND),
        path=f"{incident_path(incident.number)}/actions",
        back=back,
    )


def lines(items: Iterable[ActionItem], today: date, me: str) -> tuple[ActionLine, ...]:
    return tuple(_line(item, today, me) for item in items)


def _line(item: ActionItem, today: date, me: str) -> ActionLine:
    path = incident_path(item.incident_number)
    return ActionLine(
        n=item.n,
        ref=incident_ref(item.incident_number),
        incident_path=path,
        incident_title=item.incident_title,
        path=f"{path}/actions/{item.n}",
        text=item.text,
        category=item.category,
        priority=item.priority,
        owner="you" if item.owner == me else item.owner or "",
        due=due_words(item, today),
        tone="amber" if item.is_overdue(today) else "soft" if not item.is_open else "",
        state=item.state.words,
        is_open=item.is_open,
        is_checking=item.is_checking,
        note=_note(item),
    )


def due_words(item: ActionItem, today: date) -> str:
    """ "Mon 2 Nov, 3 days late"; of what is over, the day alone."""
    year = "" if item.due_on.year == today.year else f" {item.due_on.year}"
    day = f"{item.due_on:%a} {item.due_on.day} {item.due_on:%b}{year}"
    days = (item.due_on - today).days
    if not item.is_open:
        return day
    if days == 0:
        return f"{day}, today"
    length = f"{abs(days)} day{'s' if abs(days) != 1 else ''}"
    return f"{day}, in {length}" if days > 0 else f"{day}, {length} late"


def _note(item: ActionItem) -> str:
    """What else has to be known of it: that it failed before, and what its check says."""
    parts: list[str] = []
    if item.recurred_in:
        parts.append(f"Did not prevent {', '.join(incident_ref(number) for number in item.recurred_in)}.")
    if item.is_checking:
        parts.append("Its check is looked at.")
    elif item.check_detail:
        parts.append(f"Its check: {item.check_detail}")
    elif item.check is not None and item.is_open:
        parts.append("Done when its check passes.")
    return " ".join(parts)
