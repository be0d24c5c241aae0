"""Who sees the incident (LIF-7): everybody, or its members, and the forms that change it."""

import msgspec

from tocsin.incidents import privacy
from tocsin.kernel.db import Conn
from tocsin.surfaces.web.pages.incidents.slots import RoomContext


class MemberView(msgspec.Struct, frozen=True):
    """`is_holder`: the incident is theirs, so they hand it over before they leave."""

    name: str
    display_name: str
    is_holder: bool


class MembersView(msgspec.Struct, frozen=True, kw_only=True):
    """`members` is empty where everybody sees it."""

    is_private: bool
    members: tuple[MemberView, ...]
    may_change: bool


async def load(conn: Conn, room: RoomContext) -> MembersView | None:
    """None where everybody sees it and this viewer may not change that."""
    if not room.incident.is_private and not room.may_respond:
        return None
    holder = room.incident.acknowledged_by if room.incident.is_open else None
    return MembersView(
        is_private=room.incident.is_private,
        members=tuple(
            MemberView(each.name, each.display_name, f"@{each.name}" == holder)
            for each in await privacy.list_members(conn, room.incident)
        ),
        may_change=room.may_respond,
    )
