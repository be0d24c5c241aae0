"""Leave on the wire: when somebody cannot be on call, and which shifts that touches."""

from datetime import datetime

import msgspec

from tocsin.oncall.change_model import Entered, Touched
from tocsin.oncall.change_model import Leave as StoredLeave
from tocsin.surfaces.wire.body import Body


class Leave(msgspec.Struct, kw_only=True):
    """To be shown in `time_zone`, the person's. `source` is `person`, or `calendar:<name>` for what an imported
    calendar says. `reason` is empty for those whose business it is not."""

    id: int
    user: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    source: str
    entered_by: str
    time_zone: str


class LeaveList(msgspec.Struct, kw_only=True):
    leave: list[Leave]


class TouchedShift(msgspec.Struct, kw_only=True):
    """A time within the leave at which the person is on call; to be shown in `time_zone`, the schedule's."""

    schedule: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime


class EnteredLeave(msgspec.Struct, kw_only=True):
    """The leave, the shifts within it that somebody else should take, and the requests for cover that ask for it."""

    leave: Leave
    shifts: list[TouchedShift]
    cover: list[int]


class LeaveRequest(Body, kw_only=True, forbid_unknown_fields=True):
    """Whose leave it is: the caller's by default. Times without an offset are on that person's own clock, or the
    organisation's. `ask_cover`: ask the teams at once to take the shifts within it."""

    starts_at: datetime
    ends_at: datetime
    user: str | None = None
    reason: str = ""
    ask_cover: bool = False


def leave(stored: StoredLeave, time_zone: str) -> Leave:
    return Leave(
        id=stored.id,
        user=stored.user,
        starts_at=stored.starts_at,
        ends_at=stored.ends_at,
        reason=stored.reason,
        source=stored.source,
        entered_by=stored.entered_by,
        time_zone=time_zone,
    )


def touched(shift: Touched) -> TouchedShift:
    return TouchedShift(
        schedule=shift.schedule, time_zone=shift.time_zone, starts_at=shift.starts_at, ends_at=shift.ends_at
    )


def entered(made: Entered, time_zone: str) -> EnteredLeave:
    return EnteredLeave(
        leave=leave(made.leave, time_zone), shifts=[touched(each) for each in made.shifts], cover=list(made.cover)
    )
