"""What is asked of this package and what it answers, as values."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from tocsin.catalog.working_time import DailyHours
from tocsin.insights.compensation import Row
from tocsin.insights.fairness import Proposal
from tocsin.insights.load import Figures, Records
from tocsin.insights.period import Period


class Asked(Struct, frozen=True, kw_only=True):
    """What a table is to show. `month` as "2026-11", `first` and `last` as days; none of them: this month."""

    schedule: str | None = None
    team: str | None = None
    month: str | None = None
    first: str | None = None
    last: str | None = None


class PersonLoad(Struct, frozen=True, kw_only=True):
    """One row: what was served and what is planned, their sum, and the records that each figure adds up from."""

    user: str
    display_name: str
    time_zone: str
    served: Figures
    planned: Figures
    total: Figures
    records: Records


class LoadTable(Struct, frozen=True, kw_only=True):
    """The people whom the reader may see and who have any load, by name.

    `known_since`: before it no schedule was recorded, so no hours are counted; None: none has been yet. `is_paid`: the
    organisation has rules of compensation.
    """

    period: Period
    now: datetime
    night: DailyHours
    known_since: datetime | None
    people: tuple[PersonLoad, ...]
    total: Figures
    schedules: tuple[str, ...]
    is_paid: bool


class Proposals(Struct, frozen=True, kw_only=True):
    """How the weeks ahead could be shared better, schedule by schedule: each goes on from what those before it
    propose. `left_out` are schedules with people whose load the reader may not see.
    """

    since: datetime
    until: datetime
    weeks: int
    proposals: tuple[Proposal, ...]
    left_out: tuple[str, ...]


class Pay(Struct, frozen=True, kw_only=True):
    """What was served within a time and what it is worth: rows by person, and their sum. `names` are display names.

    `until` is the end of what was served: what is still to come is not paid.
    """

    period: Period
    until: datetime
    currency: str
    rows: tuple[Row, ...]
    total: Decimal
    names: dict[str, str]
