"""The time box that the incident is in, as a line of the room's head; amber once it is over (LIF-4)."""

import msgspec

from tocsin.incidents.stages import in_words, stage_box
from tocsin.kernel.db import Conn
from tocsin.surfaces.web.pages.incidents.slots import RoomContext


class StageView(msgspec.Struct, frozen=True):
    """In words."""

    words: str
    is_overdue: bool


async def load(conn: Conn, room: RoomContext) -> StageView | None:
    box = stage_box(room.level, room.incident, room.now)
    return None if box is None else StageView(in_words(box, room.incident.declared_at, room.now), box.is_overdue)
