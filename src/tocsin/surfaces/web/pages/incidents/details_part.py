"""When things happened, when it should be over, which kind of cause it had: the ETA in the head, and the sheet that
sets all three right (LIF-2, LIF-10, LIF-11).
"""

from datetime import datetime

import msgspec

from tocsin.incidents.causes import MEANINGS
from tocsin.incidents.instants import WORDS
from tocsin.kernel.db import Conn
from tocsin.surfaces.web.pages.incidents.slots import RoomContext


class EtaView(msgspec.Struct, frozen=True):
    """`is_given` without an `eta`: somebody has said that it is unknown."""

    is_given: bool
    eta: datetime | None
    has_passed: bool
    may_change: bool


class DetailsView(msgspec.Struct, frozen=True, kw_only=True):
    """What the sheet offers; `instants` by field with what is known, `causes` with what each means."""

    is_open: bool
    has_eta: bool
    instants: tuple[tuple[str, str, datetime | None], ...]
    causes: tuple[tuple[str, str], ...]
    cause: str


async def load_eta(conn: Conn, room: RoomContext) -> EtaView | None:
    """Nothing for who may change nothing, where nobody has said anything or it is over."""
    incident = room.incident
    is_given = incident.eta_set_at is not None and incident.is_open
    if not is_given and not room.may_respond:
        return None
    has_passed = is_given and incident.eta is not None and incident.eta < room.now
    return EtaView(is_given, incident.eta, has_passed, room.may_respond)


async def load(conn: Conn, room: RoomContext) -> DetailsView | None:
    if not room.may_respond:
        return None
    return DetailsView(
        is_open=room.incident.is_open,
        has_eta=room.incident.eta_set_at is not None,
        instants=tuple((name, words, getattr(room.incident, name)) for name, words in WORDS.items()),
        causes=cause_choices(),
        cause=room.incident.cause_category or "",
    )


def cause_choices() -> tuple[tuple[str, str], ...]:
    """Every cause category with its words."""
    return tuple((cause.value, f"{cause.value.replace('-', ' ')}: {meaning}") for cause, meaning in MEANINGS.items())
