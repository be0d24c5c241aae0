"""The hand-off of a role while an incident runs, on the wire (ROL-3): the brief, and the offers that wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from tocsin.surfaces.wire.body import Body

if TYPE_CHECKING:  # the command line reads these representations, and starts without the database
    from tocsin.incidents.handoff_store import Offer as Stored


class Offer(msgspec.Struct, kw_only=True):
    """`giver` offers the role to `taker`, by their names. `state`: offered, accepted, declined or withdrawn."""

    role: str
    giver: str
    taker: str
    brief: str
    offered_at: datetime
    state: str


class Handoff(msgspec.Struct, kw_only=True):
    """`brief` is what the incident's records say to whoever takes over, ready to be edited; `offers` wait."""

    incident: str
    brief: str
    offers: list[Offer]


class OfferRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """To whom. Without a `brief` the one made from the records is sent; without a `role` the caller's first."""

    to: str
    brief: str | None = None
    role: str | None = None


class AcceptRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """`words` is what the caller tells the room; `role` is needed only where several are offered to them."""

    words: str = ""
    role: str | None = None


def offer(stored: Stored) -> Offer:
    return msgspec.convert(stored, Offer, from_attributes=True)


def handoff(ref: str, brief: str, offers: Sequence[Stored]) -> Handoff:
    return Handoff(incident=ref, brief=brief, offers=[offer(each) for each in offers])
