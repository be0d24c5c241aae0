"""The link of the call in the head of the room, and the sheet that sets it (WAR-4)."""

import msgspec

from tocsin.catalog import service as catalog
from tocsin.incidents.conference import conference_url
from tocsin.kernel.db import Conn
from tocsin.surfaces.web.pages.incidents.slots import RoomContext


class CallView(msgspec.Struct, frozen=True):
    """`url` is https or http."""

    url: str


class LinkView(msgspec.Struct, frozen=True, kw_only=True):
    """`own` is the link that somebody has set for this incident; without one there is the organisation's where it
    `has_pattern`."""

    own: str
    has_pattern: bool


async def load(conn: Conn, room: RoomContext) -> CallView | None:
    """None for what is over, and where nobody has said where to speak."""
    if not room.incident.is_open:
        return None
    url = conference_url(room.incident, (await catalog.organisation(conn)).war_room)
    return CallView(url) if url and url.startswith(("https://", "http://")) else None


async def load_sheet(conn: Conn, room: RoomContext) -> LinkView | None:
    """The sheet that sets the link."""
    if not room.incident.is_open or not room.may_respond:
        return None
    has_pattern = (await catalog.organisation(conn)).war_room is not None
    return LinkView(own=room.incident.conference_url or "", has_pattern=has_pattern)
