"""What is known of a promise: times that were bad, and the budget as it stands. Values only."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from msgspec import Struct

from tocsin.catalog.slo import Objective, Slo


class Span(NamedTuple):
    """[begins, ends)."""

    begins: datetime
    ends: datetime


class Sample(NamedTuple):
    """The share of what was bad, 0 to 1, as Prometheus said it at an instant."""

    at: datetime
    bad: float


class Piece(NamedTuple):
    """A time in which it was so bad all the while: 1 is wholly."""

    begins: datetime
    ends: datetime
    bad: float


class Budget(Struct, frozen=True, kw_only=True):
    """Times are those of a service that is wholly bad. `percent` of the budget is used, more than 100 when it is
    overdrawn. `burn` by span: 1 uses the budget up in just the window. `measured_percent` of the window is known from
    Prometheus, None: nobody asks it. `until`: when there is budget again if nothing more happens; None: now, or nobody
    knows.
    """

    objective: Objective
    words: str
    window: timedelta
    budget: timedelta
    used: timedelta
    left: timedelta
    percent: float
    burn: tuple[tuple[str, float], ...]
    measured_percent: float | None
    is_exhausted: bool
    until: datetime | None


class Downtime(Struct, frozen=True, kw_only=True):
    """What one incident takes from the budget within the window. `ends_at` None: it goes on."""

    number: int
    title: str
    severity: str
    begins_at: datetime
    ends_at: datetime | None
    length: timedelta


class ServiceSlo(Struct, frozen=True, kw_only=True):
    """One service. `hidden`: downtime that counts and whose incidents are not the reader's to see."""

    service: str
    team: str | None
    tier: int | None
    slo: Slo
    budgets: tuple[Budget, ...]
    downtimes: tuple[Downtime, ...]
    hidden: timedelta

    @property
    def is_exhausted(self) -> bool:
        return any(budget.is_exhausted for budget in self.budgets)


class Gate(NamedTuple):
    """Whether a deployment may go out. `until`: from when on again; None: it may, or nobody knows."""

    service: str
    allowed: bool
    reason: str
    until: datetime | None
