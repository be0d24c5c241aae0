"""Requests for cover on the wire: who needs somebody to take a shift, and who has."""

from datetime import datetime

import msgspec

from tocsin.oncall.change_model import Cover as StoredCover
from tocsin.surfaces.wire.body import Body
from tocsin.surfaces.wire.swaps import Chosen


class Cover(msgspec.Struct, kw_only=True):
    """`state` is open, covered (by `covered_by`), withdrawn, or begun: nobody had taken it in time. Times are to be
    shown in `time_zone`, the schedule's."""

    id: int
    schedule: str
    time_zone: str
    state: str
    user: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    asked_by: str
    covered_by: str | None


class CoverList(msgspec.Struct, kw_only=True):
    cover: list[Cover]


class CoverRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Whose shift it is: the caller's by default."""

    schedule: str
    shift: Chosen
    user: str | None = None
    reason: str = ""


class TakeRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Who takes it: the caller by default. `anyway`: why it is meant though it breaks a rule."""

    user: str | None = None
    anyway: str | None = None


def cover(stored: StoredCover) -> Cover:
    return msgspec.convert(stored, Cover, from_attributes=True)
