"""Handing a role on, as the room shows it: an offer that waits, and the sheet with the brief (ROL-3)."""

import msgspec

from tocsin.incidents import handoffs
from tocsin.kernel.db import Conn
from tocsin.room.brief import brief, brief_text
from tocsin.surfaces.web.pages.incidents.slots import RoomContext


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """`is_to_me`, `is_mine`: the viewer takes, or gives."""

    role: str
    role_words: str
    giver: str
    taker: str
    brief: str
    is_to_me: bool
    is_mine: bool


class OffersView(msgspec.Struct, frozen=True):
    """What waits for an answer."""

    offers: tuple[OfferView, ...]


class HandoffView(msgspec.Struct, frozen=True, kw_only=True):
    """`roles` are those that the viewer holds, with their words; `brief` is ready to be edited."""

    roles: tuple[tuple[str, str], ...]
    brief: str


async def load(conn: Conn, room: RoomContext) -> OffersView | None:
    """None: nothing waits."""
    me = room.viewer.name
    offers = tuple(
        OfferView(
            role=each.role.value,
            role_words=each.role.words,
            giver=each.giver,
            taker=each.taker,
            brief=each.brief,
            is_to_me=each.taker == me,
            is_mine=each.giver == me,
        )
        for each in await handoffs.list_offers(conn, room.incident.id)
    )
    return OffersView(offers) if offers and room.incident.is_open else None


async def load_sheet(conn: Conn, room: RoomContext) -> HandoffView | None:
    """None: the viewer holds nothing that could be handed on."""
    if not room.incident.is_open:
        return None
    held = tuple(
        (each.role.value, each.role.words)
        for each in room.known.holdings
        if each.holds and each.user == room.viewer.name
    )
    if not held:
        return None
    return HandoffView(roles=held, brief=brief_text(brief(room.known)))
