"""The postmortem of what is over, as a line of the room's head: until when it is due, or where it is read (PMT-8)."""

from datetime import datetime

import msgspec

from tocsin.kernel.db import Conn
from tocsin.postmortems import service as postmortems
from tocsin.postmortems.due import due_of
from tocsin.surfaces.web.pages.incidents.slots import RoomContext
from tocsin.surfaces.web.pages.postmortems.reading import postmortem_path


class PostmortemView(msgspec.Struct, frozen=True, kw_only=True):
    """`state` in words, empty: nobody has drafted it. `due_at` is None once it is published, or when nothing is due;
    `link` is what the reader can do there, empty for who only reads while there is nothing to read."""

    path: str
    state: str
    owner: str
    due_at: datetime | None
    is_late: bool
    link: str


async def load(conn: Conn, room: RoomContext) -> PostmortemView | None:
    """None while the incident is open, and where none is asked for and nobody has drafted one."""
    due = due_of(room.level, room.incident.resolved_at)
    found = await postmortems.find(conn, room.incident.id) if not room.incident.is_open else None
    is_asked_for = due is not None and due.is_required and not room.incident.is_drill
    if room.incident.is_open or (found is None and not is_asked_for):
        return None
    due_at = due.publish_by if due is not None and is_asked_for and not (found and found.is_published) else None
    return PostmortemView(
        path=postmortem_path(room.incident.number),
        state=found.state.words if found is not None else "",
        owner=found.owner or "" if found is not None and not found.is_published else "",
        due_at=due_at,
        is_late=due_at is not None and due_at < room.now,
        link="Read it" if found is not None else ("Draft it" if room.may_respond else ""),
    )
