"""Facts about who is on call, in the past tense: what people change, never in silence.

Topics: "schedule/<id>" for what moves shifts, "user/<id>" for leave, "calendar/<name>" for calendars of elsewhere,
"oncall" for all schedules. `anyway` is the reason that was typed when the change went against a rule of the checker.
"""

from datetime import datetime

from tocsin.kernel.ledger import Event


class ScheduleChanged(Event, frozen=True, kw_only=True):
    """It is new, gone, or its layers or the overrides of its file are others; `people` are those whose shifts move."""

    schedule: str
    people: tuple[str, ...] = ()


class OverrideAdded(Event, frozen=True, kw_only=True):
    """From now on these hours are this person's, beside or instead of whoever held them."""

    schedule: str
    override_id: int
    user: str
    starts_at: datetime
    ends_at: datetime
    part: str
    layer: str | None = None
    instead_of: str | None = None
    reason: str = ""
    anyway: str = ""


class OverrideEnded(Event, frozen=True, kw_only=True):
    """It counts no more: a future one is gone (`ends_at` is its beginning), one under way ends at `ends_at`."""

    schedule: str
    override_id: int
    user: str
    ends_at: datetime
    anyway: str = ""


class SwapProposed(Event, frozen=True, kw_only=True):
    schedule: str
    swap_id: int
    giver: str
    taker: str


class SwapAccepted(Event, frozen=True, kw_only=True):
    """Both shifts have changed hands, in the transaction of this event."""

    schedule: str
    swap_id: int
    giver: str
    taker: str
    anyway: str = ""


class SwapEnded(Event, frozen=True, kw_only=True):
    """It comes to nothing; `how` is declined, withdrawn or expired."""

    schedule: str
    swap_id: int
    giver: str
    taker: str
    how: str


class CoverAsked(Event, frozen=True, kw_only=True):
    schedule: str
    cover_id: int
    user: str
    starts_at: datetime
    ends_at: datetime


class CoverReminded(Event, frozen=True, kw_only=True):
    """A shift that nobody covers yet has come nearer; `people` were told again."""

    schedule: str
    cover_id: int
    people: tuple[str, ...]


class CoverEnded(Event, frozen=True, kw_only=True):
    """`how` is covered (then `covered_by` has the shift), withdrawn, or begun without anybody."""

    schedule: str
    cover_id: int
    user: str
    how: str
    covered_by: str | None = None
    anyway: str = ""


class LeaveEntered(Event, frozen=True, kw_only=True):
    leave_id: int
    user: str
    starts_at: datetime
    ends_at: datetime


class LeaveEnded(Event, frozen=True, kw_only=True):
    """A future one is gone (`ends_at` is its beginning), one under way ends at `ends_at`."""

    leave_id: int
    user: str
    ends_at: datetime


class CalendarRead(Event, frozen=True, kw_only=True):
    """A calendar of elsewhere says something else than before; `people` are those whose events moved."""

    calendar: str
    people: tuple[str, ...]


class CalendarFailing(Event, frozen=True, kw_only=True):
    """For a day no copy of it was had; what was read before still counts."""

    calendar: str


class ScheduleFaultsFound(Event, frozen=True, kw_only=True):
    """The nightly look of the checker has found something new, and these people were told; the first few, in words."""

    findings: tuple[str, ...]
    users: tuple[str, ...]
