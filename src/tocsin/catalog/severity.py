"""What a severity profile is made of: levels, their attributes, and the criteria that lead to them.

Nothing in the program asks "is it SEV-1?"; it asks the level for the attribute it needs. Light imports only.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from tocsin.kernel.errors import NotFound

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


class Reach(StrEnum):
    """How far a level may go to get somebody: `page` of a level."""

    WAKE = "wake"
    BUSINESS_HOURS = "business-hours"
    TICKET = "ticket"


class Postmortem(StrEnum):
    """Whether a level asks for a postmortem."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    NONE = "none"


class Op(StrEnum):
    """How a criterion compares; `ABOVE` and `BELOW` are strict (CLS-6)."""

    ABOVE = "above"
    AT_LEAST = "at least"
    BELOW = "below"
    AT_MOST = "at most"
    IS = "is"


class Criterion(NamedTuple):
    """One known fact that leads to a level. Amounts are in the profile's currency. `chosen`: not from the source."""

    fact: str
    op: Op
    value: Any
    chosen: bool = False


class Phase(NamedTuple):
    """A time box after the declaration."""

    name: str
    begins: timedelta
    ends: timedelta


class Escalation(NamedTuple):
    """Who is told beside the policy (PAG-2), so long after `since`: the declaration, or the begin of the impact.

    `lead:` without a name is the lead of the team that owns the service.
    """

    target: str
    after: timedelta
    since: str = "declared"


class Targets(NamedTuple):
    """The level's goals for the time to detect, acknowledge, mitigate and resolve."""

    mttd: timedelta
    mtta: timedelta
    mttm: timedelta
    mttr: timedelta


class Level(NamedTuple):
    """One row of a severity table; rank 1 is worst.

    `chosen` names the attributes on which the profile's source is silent, so that the preset's author chose (CLS-5).
    """

    name: str
    rank: int
    title: str
    criteria: tuple[Criterion, ...]
    response: str  # the promise in the source's words
    response_time: timedelta
    ack_timeout: timedelta
    update_cadence: timedelta
    phases: tuple[Phase, ...]
    escalations: tuple[Escalation, ...]
    team: str
    page: Reach
    tell_stakeholders: bool
    mail_customers: bool
    postmortem: Postmortem
    schedule_by: timedelta
    publish_by: timedelta
    stability_window: timedelta
    targets: Targets
    chosen: frozenset[str]

    def is_called(self, name: str) -> bool:
        """Whether somebody who writes `name` means this level; "sev1" and "SEV-1" are the same."""
        return _plain(self.name) == _plain(name)

    @property
    def is_top(self) -> bool:
        """One of the two levels that people, not alerts, end."""
        return self.rank <= 2


class Profile(NamedTuple):
    """A severity table; `levels` from the worst on. `postmortem_completion` in percent of those required."""

    name: str
    levels: tuple[Level, ...]
    currency: str
    mttr_from: str
    postmortem_completion: int
    reassess_every: timedelta
    chosen: frozenset[str]

    def level(self, name: str) -> Level:
        """The level of that name; "sev1" and "SEV-1" are the same. Raises `NotFound` that lists the names."""
        for level in self.levels:
            if level.is_called(name):
                return level
        known = ", ".join(level.name for level in self.levels)
        raise NotFound(
            f"The severity profile {self.name!r} has no level {name!r}.", f"Use one of {known}.", field="severity"
        )

    def of_rank(self, rank: int) -> Level:
        """The level of a rank, 1 the worst."""
        return self.levels[rank - 1]


def _plain(name: str) -> str:
    return name.replace("-", "").replace(" ", "").casefold()
