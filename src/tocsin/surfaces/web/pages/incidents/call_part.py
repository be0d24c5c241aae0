"""The link of the call in the head of the room (WAR-4)."""

import msgspec

from tocsin.catalog import service as catalog
from tocsin.incidents.conference import conference_url
from tocsin.kernel.db import Conn
from tocsin.surfaces.web.pages.incidents.slots import RoomContext


class CallView(msgspec.Struct, frozen=True):
    """`url` is https or http."""

    url: str


async def load(conn: Conn, room: RoomContext) -> CallView | None:
    """None for what is over, and where nobody has said where to speak."""
    if not room.incident.is_open:
        return None
    url = conference_url(room.incident, (await catalog.organisation(conn)).war_room)
    return CallView(url) if url and url.startswith(("https://", "http://")) else None
