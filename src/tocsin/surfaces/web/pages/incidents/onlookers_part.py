"""Who else has this room open (WAR-1); the stream of the room renews it."""

from collections.abc import Sequence

import msgspec

from tocsin.incidents.presence import list_onlookers
from tocsin.kernel.db import Conn
from tocsin.surfaces.web.pages.incidents.slots import RoomContext


class OnlookersView(msgspec.Struct, frozen=True):
    """`names` without the viewer's own."""

    names: tuple[str, ...]


def onlookers_view(names: Sequence[str], own: str) -> OnlookersView | None:
    """None for who is alone."""
    others = tuple(name for name in names if name != own)
    return OnlookersView(others) if others else None


async def load(conn: Conn, room: RoomContext) -> OnlookersView | None:
    present = await list_onlookers(conn, room.now)
    return onlookers_view(present.get(room.incident.id, ()), room.viewer.name)
