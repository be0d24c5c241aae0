"""What the metrics of incidents are made of and come out as (MET-1): values only.

A `Case` is one incident as far as figures need it, wherever it comes from: this product's records, or the export of
another system.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from tocsin.incidents.measures import STARTED, Instants

Key = str | int | date | None
"""One place of a group: None is for what has no severity, service, team or cause; weekdays count from 0, Monday."""


class Dimension(StrEnum):
    """By what figures may be grouped; days, weeks and hours are those of the organisation's zone, at the detection."""

    SEVERITY = "severity"
    SERVICE = "service"
    TEAM = "team"
    CAUSE = "cause"
    WEEKDAY = "weekday"
    HOUR = "hour"
    WEEK = "week"
    MONTH = "month"


CALENDAR = frozenset({Dimension.WEEKDAY, Dimension.HOUR, Dimension.WEEK, Dimension.MONTH})
SERIES = frozenset({Dimension.WEEK, Dimension.MONTH})
"""Grouped by these, the trend is the table itself: the period before has other weeks."""


class Place(NamedTuple):
    """A service that an incident touches, and the team that owns it."""

    service: str
    team: str | None = None


class Called(NamedTuple):
    """Somebody was paged, with high urgency; `actionable` None: nobody said (ALR-9)."""

    user: str
    at_night: bool = False
    actionable: bool | None = None


class Case(Struct, frozen=True, kw_only=True):
    """One incident. `at`, its detection where that is known, decides to which period it belongs.

    `kept` of `promised` updates came by the time that the one before had promised (COM-2). `in_time`: whether its
    postmortem was published by its date; None: it needs none, or the date has not come. `done` of `agreed` action
    items, of those that are done or whose day has come.
    """

    at: datetime
    instants: Instants
    severity: str | None = None
    cause: str | None = None
    places: tuple[Place, ...] = ()
    is_drill: bool = False
    is_merged: bool = False
    scope_id: int = 1
    calls: tuple[Called, ...] = ()
    kept: int = 0
    promised: int = 0
    in_time: bool | None = None
    done: int = 0
    agreed: int = 0


class Question(Struct, frozen=True, kw_only=True):
    """Incidents detected within [since, until), of these services – empty: of all –, grouped by `by`."""

    since: datetime
    until: datetime
    by: tuple[Dimension, ...] = ()
    services: tuple[str, ...] = ()
    compare: bool = True


class Reckoning(Struct, frozen=True, kw_only=True):
    """How it is counted: the zone of days and hours, from where MTTR runs, and the severity profile's targets – of each
    level by measure, in seconds, and how many postmortems should come in time."""

    zone: str = "UTC"
    mttr_from: str = STARTED
    profile: str = ""
    targets: Mapping[str, Mapping[str, float]] = {}
    postmortem_percent: int | None = None
    publish_by: Mapping[str, float] = {}


class Lack(NamedTuple):
    """So many incidents were left out, for this reason."""

    why: str
    n: int


class Tally(Struct, frozen=True, kw_only=True):
    """One measure of one group: `n` is how much stands behind it – incidents, for MTBF the times between two.

    `value` is the mean of a time, in seconds, the number of a count, the percent of a share. None: nothing to reckon
    with. `in_target` of `with_target` incidents stayed within what their own level asks for.
    """

    measure: str
    group: tuple[Key, ...]
    n: int
    lacks: tuple[Lack, ...] = ()
    value: float | None = None
    median: float | None = None
    p90: float | None = None
    in_target: int = 0
    with_target: int = 0


class Figure(Struct, frozen=True, kw_only=True):
    """A tally as it is shown: the labels of its group, its target, and the value of the period before.

    `target` is in the unit of the measure, where one target holds for the whole group.
    """

    measure: str
    group: tuple[str, ...]
    n: int
    lacks: tuple[Lack, ...]
    value: float | None
    median: float | None
    p90: float | None
    target: float | None
    in_target: int
    with_target: int
    before: float | None
    before_n: int

    @property
    def left_out(self) -> int:
        return sum(each.n for each in self.lacks)


class Counted(Struct, frozen=True):
    """All tallies of a period. `counted_again`: an incident of two services counts in both of their groups, so the
    incidents of all groups are `incidents + counted_again`."""

    incidents: int
    counted_again: int
    tallies: tuple[Tally, ...]


class Metrics(Struct, frozen=True, kw_only=True):
    """The answer, by group in order and by measure within it."""

    asked: Question
    reckoning: Reckoning
    incidents: int
    counted_again: int
    figures: tuple[Figure, ...]
