"""What is known of whether it works again: checks and their results, runs of checks, and a resolution under way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from tocsin.catalog.checks import Check, kind_of

ALERTS = "alerts"
"""The name of the check that every incident has: none of its alerts fires."""

OWN = ""
"""In place of a service: the check belongs to the one incident."""


class State(StrEnum):
    PASSING = "passing"
    FAILING = "failing"
    UNKNOWN = "unknown"  # it has not been run since it was last bad
    TO_TICK = "to-tick"  # a person has to look
    TICKED = "ticked"


class Wanted(Struct, frozen=True):
    """A check that an incident asks for: `service` is what it is about, one of the incident's or what that needs; OWN
    for one that people have added to this incident alone."""

    service: str
    check: Check

    @property
    def key(self) -> tuple[str, str]:
        return self.service, self.check.name

    @property
    def label(self) -> str:
        """ "checkout/errors", by which a person names it."""
        return f"{self.service}/{self.check.name}" if self.service else self.check.name


class Occasion(Struct, frozen=True):
    """What a check may depend on beside itself: the instant, and since when it has been bad."""

    now: datetime
    impact_at: datetime
    prometheus: str | None = None


class Finding(Struct, frozen=True):
    """What one look found. `detail` is a sentence for a person: no secret, nothing of an answer's body."""

    is_good: bool
    detail: str


class Result(Struct, frozen=True, kw_only=True):
    """The last look at one check of one incident, or somebody's tick. `service` as in Wanted; `by` is who ticked it."""

    service: str
    name: str
    is_good: bool
    detail: str
    at: datetime
    by: str | None = None


class CheckState(Struct, frozen=True, kw_only=True):
    """How one check stands. `service` None: it is about the incident itself, and `is_own` if people have added it;
    `remedy` says what to do."""

    name: str
    kind: str
    service: str | None
    state: State
    detail: str
    remedy: str = ""
    at: datetime | None = None
    by: str | None = None
    is_own: bool = False

    @property
    def is_met(self) -> bool:
        return self.state in (State.PASSING, State.TICKED)

    @property
    def label(self) -> str:
        """ "checkout/errors", by which a person names it."""
        return f"{self.service}/{self.name}" if self.service else self.name


class Run(Struct, frozen=True, kw_only=True):
    """One run of an incident's checks; `ended_at` None: it is under way, or waits for a worker."""

    id: int
    incident_id: int
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None


class Resolution(Struct, frozen=True, kw_only=True):
    """What somebody says who wants an incident resolved (RES-4). `override` needs the reason: it goes past checks and
    window."""

    reason: str = ""
    resolution: str | None = None
    root_cause: str | None = None
    override: bool = False


class Meeting(Struct, frozen=True, kw_only=True):
    """The appointment for an incident's postmortem; `sequence` counts what was sent about it, `invited` are the ids of
    users."""

    incident_id: int
    sequence: int
    starts_at: datetime
    is_cancelled: bool
    invited: tuple[int, ...]


class Stage(StrEnum):
    """How far a resolution has come that somebody asked for."""

    CHECKING = "checking"  # the checks are being run
    WAITING = "waiting"  # it is healthy and has to stay so until `ends_at`
    DONE = "done"
    REFUSED = "refused"  # something was not met
    CALLED_OFF = "called-off"  # it got bad again, or somebody moved the incident


class Attempt(Struct, frozen=True, kw_only=True):
    """The latest wish to resolve an incident. `detail` says in a sentence how it stands."""

    incident_id: int
    stage: Stage
    asked_by: str
    asked_at: datetime
    reason: str
    resolution: str | None
    root_cause: str | None
    ends_at: datetime | None
    detail: str

    @property
    def is_under_way(self) -> bool:
        return self.stage in (Stage.CHECKING, Stage.WAITING)


class Standing(NamedTuple):
    """Everything that is known at one instant: what is asked for, how it stands, the last run, the wish to resolve."""

    wanted: list[Wanted]
    states: list[CheckState]
    run: Run | None
    attempt: Attempt | None


def unmet_of(states: Sequence[CheckState]) -> list[CheckState]:
    """What stands in the way, in the order of the list."""
    return [state for state in states if not state.is_met]


def kind_of_wanted(wanted: Wanted) -> str:
    return kind_of(wanted.check)
