"""Swaps on the wire: one person's shift for another's, or for nothing (ONC-1)."""

from datetime import datetime

import msgspec

from tocsin.oncall.change_model import Interval
from tocsin.oncall.change_model import Swap as StoredSwap
from tocsin.surfaces.wire.body import Body


class Hours(msgspec.Struct, kw_only=True):
    """[starts_at, ends_at)."""

    starts_at: datetime
    ends_at: datetime


class Swap(msgspec.Struct, kw_only=True):
    """`giver` gives hours to `taker` and takes `takes` of theirs; null: nothing. `state` is proposed, accepted,
    declined, withdrawn or expired; from `expires_at` on it cannot be accepted. Times are to be shown in `time_zone`."""

    id: int
    schedule: str
    time_zone: str
    state: str
    giver: str
    taker: str
    gives: Hours
    takes: Hours | None
    reason: str
    proposed_by: str
    expires_at: datetime
    ended_by: str | None
    ended_at: datetime | None


class SwapList(msgspec.Struct, kw_only=True):
    swaps: list[Swap]


class Chosen(Body, kw_only=True, forbid_unknown_fields=True):
    """The shift that is held `at` an instant, or the hours from one instant to another."""

    at: datetime | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


class SwapRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """`giver` is the caller by default; without `takes` the shift is given for nothing."""

    schedule: str
    taker: str
    gives: Chosen
    takes: Chosen | None = None
    giver: str | None = None
    reason: str = ""


class AcceptRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """`anyway`: why it is meant though the checker says that it breaks something."""

    anyway: str | None = None


def hours(span: Interval) -> Hours:
    return Hours(starts_at=span.starts_at, ends_at=span.ends_at)


def swap(stored: StoredSwap) -> Swap:
    return Swap(
        id=stored.id,
        schedule=stored.schedule,
        time_zone=stored.time_zone,
        state=stored.state.value,
        giver=stored.giver,
        taker=stored.taker,
        gives=hours(stored.gives),
        takes=hours(stored.takes) if stored.takes is not None else None,
        reason=stored.reason,
        proposed_by=stored.proposed_by,
        expires_at=stored.expires_at,
        ended_by=stored.ended_by,
        ended_at=stored.ended_at,
    )
