"""Who does what, as the room shows it: each role of the team's size, its holder, and what it is for (ROL-1)."""

from datetime import datetime, timedelta

import msgspec

from tocsin.incidents import syncing
from tocsin.incidents.model import TeamSize
from tocsin.incidents.roles import (
    HELD_BY_MANY,
    SIZE_WORDS,
    RoleName,
    Slot,
    duties_words,
    list_slots,
    team_size_of,
)
from tocsin.kernel.db import Conn
from tocsin.surfaces.web.pages.incidents.slots import RoomContext

NEW = timedelta(minutes=5)
"""For how long whoever has taken a role is shown its duties without asking."""


class HolderView(msgspec.Struct, frozen=True):
    """`is_me`: it is the viewer."""

    name: str
    since: datetime
    is_me: bool


class SlotView(msgspec.Struct, frozen=True, kw_only=True):
    """`is_mine`: the viewer holds it, `is_new_to_me` since a moment ago; `may_take`: it makes sense for them to."""

    role: str
    words: str
    holders: tuple[HolderView, ...]
    duties: str
    is_mine: bool
    is_new_to_me: bool
    may_take: bool


class RolesView(msgspec.Struct, frozen=True, kw_only=True):
    """`available` are names of those who have handed a role on; `next_sync_at` is None where no sync is held."""

    size: str
    size_words: str
    slots: tuple[SlotView, ...]
    available: tuple[tuple[str, str], ...]
    may_change: bool
    may_hand_on: bool
    next_sync_at: datetime | None


class AssignView(msgspec.Struct, frozen=True, kw_only=True):
    """What the sheet offers: every role with its words, every size with what it means, and whether the sync is held,
    which only a large team has.
    """

    roles: tuple[tuple[str, str], ...]
    sizes: tuple[tuple[str, str], ...]
    size: str
    is_large: bool
    has_sync: bool


async def load(conn: Conn, room: RoomContext) -> RolesView:
    """The roles, empty ones too."""
    holdings = room.known.holdings
    size = team_size_of(room.incident, room.level)
    shown = tuple(_slot(slot, room) for slot in list_slots(size, holdings))
    return RolesView(
        size=size.value,
        size_words=SIZE_WORDS[size],
        slots=shown,
        available=tuple((each.user, each.role.words) for each in holdings if not each.holds),
        may_change=room.may_respond,
        may_hand_on=room.incident.is_open and any(slot.is_mine for slot in shown),
        next_sync_at=await syncing.next_sync_at(conn, room.incident.id),
    )


async def load_sheet(conn: Conn, room: RoomContext) -> AssignView | None:
    """The sheet that gives a role to somebody, and says how many work on it."""
    if not room.may_respond:
        return None
    size = team_size_of(room.incident, room.level)
    return AssignView(
        roles=tuple((role.value, role.words) for role in RoleName),
        sizes=tuple((each.value, SIZE_WORDS[each]) for each in TeamSize),
        size=size.value,
        is_large=size is TeamSize.LARGE,
        has_sync=room.incident.has_sync,
    )


def _slot(slot: Slot, room: RoomContext) -> SlotView:
    mine = [holder for holder in slot.holders if holder.user == room.viewer.name]
    has_room = slot.is_empty or slot.role in HELD_BY_MANY
    return SlotView(
        role=slot.role.value,
        words=slot.role.words.capitalize(),
        holders=tuple(
            HolderView(holder.user, holder.since, holder.user == room.viewer.name) for holder in slot.holders
        ),
        duties=duties_words(slot.role),
        is_mine=bool(mine),
        is_new_to_me=any(room.now - holder.since < NEW for holder in mine),
        may_take=room.may_respond and not mine and has_room,
    )
