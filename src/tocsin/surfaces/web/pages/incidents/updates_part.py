"""Updates in the room: what was said, when the next is due, and the sheet to write one (COM-1, COM-2)."""

from datetime import datetime, timedelta

import msgspec

from tocsin.comms import cadence, updates
from tocsin.comms.model import Update
from tocsin.incidents import tasks
from tocsin.incidents.model import Incident, Status
from tocsin.kernel.db import Conn
from tocsin.mitigation import service as mitigation
from tocsin.surfaces.web.pages.incidents.slots import RoomContext
from tocsin.surfaces.web.pages.incidents.update_form import MINUTES, UpdateForm, prefilled

SOON = timedelta(minutes=5)
"""From so long before the due time on, it is worth a line at the head of the room."""


class DueView(msgspec.Struct, frozen=True):
    """When which update is due; `is_late`: that has passed."""

    n: int
    at: datetime
    is_late: bool


class UpdatesView(msgspec.Struct, frozen=True, kw_only=True):
    """The updates, newest first. `missed`: how many due times have passed without one."""

    updates: tuple[Update, ...]
    due: DueView | None
    missed: int
    may_post: bool


class SheetView(msgspec.Struct, frozen=True, kw_only=True):
    """The form, how many minutes it lets one choose, and the ETA that stays if none is; None: it is unknown."""

    form: UpdateForm
    n: int
    is_open: bool
    eta: datetime | None
    minutes: tuple[int, ...] = MINUTES


async def load(conn: Conn, room: RoomContext) -> UpdatesView | None:
    """None: nothing was said, and nothing is due."""
    found = await updates.list_updates(conn, room.incident.id)
    due = await _due(conn, room, len(found) + 1)
    may_post = room.may_respond and room.incident.status is not Status.CLOSED
    if not found and due is None and not may_post:
        return None
    missed = await cadence.count_overdue(conn, room.incident.id)
    return UpdatesView(updates=tuple(reversed(found)), due=due, missed=missed, may_post=may_post)


async def load_due(conn: Conn, room: RoomContext) -> DueView | None:
    """The line at the head: an update is due soon, or late."""
    due = await _due(conn, room, len(await updates.list_updates(conn, room.incident.id)) + 1)
    return due if due is not None and due.at - room.now <= SOON else None


async def load_sheet(conn: Conn, room: RoomContext) -> SheetView | None:
    """The form, filled in from what the records know."""
    if not room.may_respond or room.incident.status is Status.CLOSED:
        return None
    return await sheet_view(conn, room.incident, None)


async def sheet_view(conn: Conn, incident: Incident, form: UpdateForm | None) -> SheetView:
    """`form` None: nothing has been typed yet."""
    found = await updates.list_updates(conn, incident.id)
    if form is None:
        tried = await mitigation.list_mitigations(conn, incident.id)
        form = prefilled(incident, tried, await tasks.list_tasks(conn, incident.id), found[-1] if found else None)
    return SheetView(form=form, n=len(found) + 1, is_open=incident.is_open, eta=incident.eta)


async def _due(conn: Conn, room: RoomContext, n: int) -> DueView | None:
    at = await cadence.next_update_at(conn, room.incident.id)
    return None if at is None else DueView(n, at, at < room.now)
