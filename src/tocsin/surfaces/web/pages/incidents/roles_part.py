"""Who does what, as the room shows it: each role of the team's size, its holder, and what it is for (ROL-1)."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.incidents import assigning
from tocsin.incidents.model import TeamSize
from tocsin.incidents.roles import (
    HELD_BY_MANY,
    SIZE_WORDS,
    Holding,
    RoleName,
    Slot,
    duties_words,
    list_slots,
    team_size_of,
)
from tocsin.kernel.db import Conn
from tocsin.surfaces.web.pages.incidents.slots import RoomContext


class HolderView(msgspec.Struct, frozen=True):
    """`is_me`: it is the viewer."""

    name: str
    since: datetime
    is_me: bool


class SlotView(msgspec.Struct, frozen=True, kw_only=True):
    """`is_mine`: the viewer holds it; `may_take`: it makes sense for the viewer to take it."""

    role: str
    words: str
    holders: tuple[HolderView, ...]
    duties: str
    is_mine: bool
    may_take: bool


class RolesView(msgspec.Struct, frozen=True, kw_only=True):
    """`available` are names of those who have handed a role on."""

    size: str
    size_words: str
    slots: tuple[SlotView, ...]
    available: tuple[tuple[str, str], ...]
    may_change: bool


class AssignView(msgspec.Struct, frozen=True, kw_only=True):
    """What the sheet offers: every role with its words, every size with what it means."""

    roles: tuple[tuple[str, str], ...]
    sizes: tuple[tuple[str, str], ...]
    size: str


async def load(conn: Conn, room: RoomContext) -> RolesView:
    """The roles, empty ones too."""
    holdings = await assigning.list_holdings(conn, room.incident.id)
    size = team_size_of(room.incident, room.level)
    return RolesView(
        size=size.value,
        size_words=SIZE_WORDS[size],
        slots=slots(size, holdings, room.viewer.name, may_change=room.may_respond),
        available=tuple((each.user, each.role.words) for each in holdings if not each.holds),
        may_change=room.may_respond,
    )


async def load_sheet(conn: Conn, room: RoomContext) -> AssignView | None:
    """The sheet that gives a role to somebody, and says how many work on it."""
    if not room.may_respond:
        return None
    return AssignView(
        roles=tuple((role.value, role.words) for role in RoleName),
        sizes=tuple((size.value, SIZE_WORDS[size]) for size in TeamSize),
        size=team_size_of(room.incident, room.level).value,
    )


def slots(size: TeamSize, holdings: Sequence[Holding], me: str, *, may_change: bool) -> tuple[SlotView, ...]:
    return tuple(_slot(slot, me, may_change=may_change) for slot in list_slots(size, holdings))


def _slot(slot: Slot, me: str, *, may_change: bool) -> SlotView:
    is_mine = any(holder.user == me for holder in slot.holders)
    has_room = slot.is_empty or slot.role in HELD_BY_MANY
    return SlotView(
        role=slot.role.value,
        words=slot.role.words.capitalize(),
        holders=tuple(HolderView(holder.user, holder.since, holder.user == me) for holder in slot.holders),
        duties=duties_words(slot.role),
        is_mine=is_mine,
        may_take=may_change and not is_mine and has_room,
    )
