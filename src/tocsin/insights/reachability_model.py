"""The values of reachability: whom a test would reach by which way, and what is to be done about it (PAG-3, ONC-6)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from tocsin.delivery.model import Contact
from tocsin.delivery.proof_model import Record, Standing


class WayProof(msgspec.Struct, frozen=True, kw_only=True):
    """One way of a person and how it stands. `contact` is its id, None for the account's own address; `number` its
    place in `tocsin contact list`. `wakes`: a page of the worst level comes by it. `next_at`: when it is asked next,
    None: not by itself. `broken`: why nothing is sent by it, empty: it is.
    """

    contact: int | None
    number: int
    kind: str
    wakes: bool
    standing: Standing
    asked_at: datetime | None
    answer_by: datetime | None
    next_at: datetime | None
    broken: str = ""


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """Why nobody knows whether a page would wake a person. `sentence` names them; `since`: when it came to this."""

    person: str
    sentence: str
    since: datetime | None


class Marks(msgspec.Struct, frozen=True, kw_only=True):
    """What a schedule shows: `red` of those on call now and next, `amber` of everybody else whom it names."""

    red: tuple[Doubt, ...] = ()
    amber: tuple[Doubt, ...] = ()


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """One person and their ways, in the order of `tocsin contact list`. `doubt` None: some way that wakes them is
    proven. `schedules`: those that name them."""

    person: str
    ways: tuple[WayProof, ...]
    doubt: Doubt | None
    schedules: tuple[str, ...] = ()


class Way(NamedTuple):
    """A contact with what is kept of it. `wakes`: a page of the worst level comes by it."""

    contact: Contact
    record: Record
    wakes: bool


class Responder(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody whom a schedule or a policy names, and what keeps a test away from them: a page that waits for their
    answer, leave. `time_zone` is that of their clock."""

    user_id: int
    name: str
    time_zone: str
    ways: tuple[Way, ...]
    is_paged: bool = False
    is_away: bool = False


class Deed(StrEnum):
    BEGIN = "begin"
    ASK = "ask"
    REMIND = "remind"
    TELL_MISSED = "tell-missed"


class Step(NamedTuple):
    """What is to be done now about one way of a person."""

    deed: Deed
    responder: Responder
    way: Way
