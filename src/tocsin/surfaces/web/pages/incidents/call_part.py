"""The link of the call in the head of the room, and the sheet that sets it (WAR-4)."""

import msgspec

from tocsin.catalog import service as catalog
from tocsin.incidents.conference import conference_url
from tocsin.kernel.db import Conn
from tocsin.surfaces.web.pages.incidents.slots import RoomContext


class CallView(msgspec.Struct, frozen=True, kw_only=True):
    """`url` is https or http, empty: nobody has said where to speak. `own` is the link that somebody has set for this
    incident, `has_pattern`: without one there is the organisation's."""

    url: str
    own: str
    has_pattern: bool
    may_change: bool


async def load(conn: Conn, room: RoomContext) -> CallView | None:
    """None for what is over, and where there is nothing to join and nothing that this viewer may set."""
    if not room.incident.is_open:
        return None
    pattern = (await catalog.organisation(conn)).war_room
    url = conference_url(room.incident, pattern) or ""
    call = CallView(
        url=url if url.startswith(("https://", "http://")) else "",
        own=room.incident.conference_url or "",
        has_pattern=pattern is not None,
        may_change=room.may_respond,
    )
    return call if call.url or call.may_change else None


async def load_sheet(conn: Conn, room: RoomContext) -> CallView | None:
    """The sheet that sets the link."""
    return await load(conn, room) if room.may_respond else None
