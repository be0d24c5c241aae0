"""What people change about who is on call, as values: overrides, leave, swaps and requests for cover. No rule, no IO.

Surfaces and the command line read these; what makes them sound is in `overriding`, `absence`, `swapping`, `covering`.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from tocsin.oncall.model import Override, Part

Instant = Annotated[datetime, Meta(tz=True)]


class Interval(NamedTuple):
    """[starts_at, ends_at), as aware instants."""

    starts_at: datetime
    ends_at: datetime


class Placed(msgspec.Struct, frozen=True, kw_only=True):
    """An override with the schedule that it belongs to."""

    schedule: str
    time_zone: str
    override: Override


class OverrideDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks for. `starts_at` None: from now on. The rest is as in `model.Override`."""

    schedule: str
    user: str
    ends_at: datetime
    starts_at: datetime | None = None
    part: Part = Part.INSTEAD
    layer: str | None = None
    instead_of: str | None = None
    reason: str = ""


class LeaveDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody says about an absence."""

    user: str
    starts_at: Annotated[datetime, Meta(tz=True)]
    ends_at: Annotated[datetime, Meta(tz=True)]
    reason: str = ""


class Leave(msgspec.Struct, frozen=True, kw_only=True):
    """When somebody cannot be on call: [starts_at, ends_at). `source` is `person` or `calendar:<name>`."""

    id: int
    user: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    source: str
    entered_by: str


class Touched(msgspec.Struct, frozen=True, kw_only=True):
    """A time at which somebody who is away is on call."""

    schedule: str
    time_zone: str
    starts_at: datetime
    ends_at: datetime


class Entered(msgspec.Struct, frozen=True, kw_only=True):
    """Leave that was just entered, the shifts that somebody else should take, and the requests that ask for it."""

    leave: Leave
    shifts: tuple[Touched, ...]
    cover: tuple[int, ...] = ()


class SwapState(StrEnum):
    """A proposal is answered, taken back or too late, once and for good."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """Which hours are meant: the shift that is held `at` an instant, or from one instant to another."""

    at: Instant | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None


class SwapDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody proposes: `giver` gives hours to `taker`, and takes `takes` of theirs, or nothing."""

    schedule: str
    giver: str
    taker: str
    gives: Choice
    takes: Choice | None = None
    reason: str = ""


class Swap(msgspec.Struct, frozen=True, kw_only=True):
    """A proposal and what became of it. `expires_at`: from then on nobody can accept it."""

    id: int
    schedule: str
    time_zone: str
    team: str | None
    giver: str
    taker: str
    gives_from: datetime
    gives_until: datetime
    takes_from: datetime | None
    takes_until: datetime | None
    reason: str
    state: SwapState
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    ended_by: str | None
    ended_at: datetime | None

    @property
    def gives(self) -> Interval:
        return Interval(self.gives_from, self.gives_until)

    @property
    def takes(self) -> Interval | None:
        if self.takes_from is None or self.takes_until is None:
            return None
        return Interval(self.takes_from, self.takes_until)


class CoverState(StrEnum):
    """`begun`: nobody had taken it when the shift began."""

    OPEN = "open"
    COVERED = "covered"
    WITHDRAWN = "withdrawn"
    BEGUN = "begun"


class CoverDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks for: that another takes these hours of `user`."""

    schedule: str
    user: str
    shift: Choice
    reason: str = ""


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """A request and what became of it."""

    id: int
    schedule: str
    time_zone: str
    team: str | None
    user: str
    starts_at: datetime
    ends_at: datetime
    reason: str
    state: CoverState
    asked_by: str
    asked_at: datetime
    covered_by: str | None
    ended_at: datetime | None

    @property
    def shift(self) -> Interval:
        return Interval(self.starts_at, self.ends_at)

    @property
    def closes_at(self) -> datetime:
        """When it is too late: the shift's beginning, or its end if it had begun when somebody asked."""
        return self.starts_at if self.starts_at > self.asked_at else self.ends_at
